"""Ten times the size, at most eleven times the work: what somebody may write to make the front end hang."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

import nccodsl
from nccodsl.cli.table_rows import TableRun
from nccodsl.decompiler.params import parameterised
from nccodsl.diagnostics import nearest
from nccodsl.documents.rows import Row, open_rows
from nccodsl.voice.ssml import check_ssml
from tests.catalogs import catalog_of, flow_of
from tests.growth import assert_linear, assert_linear_search

# -- the measure itself


def _calls(size: int) -> None:
    for _ in range(size * size):
        len("")


def _searches(size: int) -> None:
    numbers = list(range(size))
    for number in numbers:
        assert number in numbers


@pytest.mark.parametrize(("act", "size", "what"), [(_calls, 30, "calls"), (_searches, 200, "processor time")])
def test_what_grows_with_the_square_is_found(act: Callable[[int], Any], size: int, what: str) -> None:
    with pytest.raises(AssertionError, match=f"times the {what}"):
        assert_linear(lambda size: size, act, size)


def test_what_grows_with_the_size_is_not() -> None:
    assert_linear(lambda size: list(range(size)), lambda numbers: sorted(map(str, numbers)), 1000)


@pytest.mark.parametrize(
    ("pattern", "pump"),
    [
        (r"[a-z]+(?=(?:[ \n]|#[^\n]*)*=)", "#"),
        (r"(?:a|aa)+$", "a"),
        (r"\s+\.", " "),
        (r"[\w.+-]+@[\w-]+", "_"),
        (r'"(?:[^"\\\n]|\\.)*"', '\\"'),
        (r".*a.*a.*a.*b", "a"),
    ],
)
def test_a_regular_expression_that_goes_back_is_found(pattern: str, pump: str) -> None:
    with pytest.raises(AssertionError, match="times the processor time"):
        assert_linear_search(re.compile(pattern).search, lambda size: "x" + pump * size + "!")


# -- scripts


def _notify(value: str) -> str:
    return f'notify {{a: {value}}} event_url="https://example.com/"\n'


SCRIPTS: dict[str, tuple[int, Callable[[int], str]]] = {
    "a row of #": (2, lambda n: 'talk "x"\nrecord\n' + "#" * n + '\ntalk "y"\n'),
    "a box of #": (4, lambda n: "hangup\n" + "# # # # # # # #\n" * n),
    "templates in a long string": (150, lambda n: _notify('"""\n' + "   hello {{ b }} world\n" * n + '   """')),
    "templates between escapes": (150, lambda n: _notify('"' + "hello {{ b }} \\u00e9 " * n + '"')),
    "wrong templates in a long string": (150, lambda n: _notify('"""\n' + "   {{ a | nothing }}\n" * n + '   """')),
    "steps that nothing leads to": (
        40,
        lambda n: (
            "step menu { input dtmf { "
            + "".join(f'on "{i}" -> open_{i} ' for i in range(n))
            + "otherwise hangup } }\n"
            + "".join(f'step open_{i} {{ talk "x" }}\n' for i in range(n))
            + "".join(
                f'step lost_{i} {{ input dtmf {{ on "1" -> lost_{i + 1} otherwise hangup }} }}\n' for i in range(n)
            )
            + f"step lost_{n} {{ hangup }}\n"
        ),
    ),
    "names that nothing declares": (
        40,
        lambda n: (
            "".join(f"param customer_{i}: text\n" for i in range(n))
            + "".join(f'talk "{{{{ customers_{i} }}}}"\n' for i in range(n))
        ),
    ),
    "jumps to nowhere": (
        40,
        lambda n: "".join(f'step greeting_{i} {{ talk "x" -> greetings_{i} }}\n' for i in range(n)),
    ),
    "a test of unknown params": (
        40,
        lambda n: (
            "".join(f'param p{i}: text = "x"\n' for i in range(n))
            + 'talk "x"\ntest "x" { with '
            + " ".join(f"q{i}=1" for i in range(n))
            + " ended }"
        ),
    ),
    "a text that is no address": (4000, lambda n: 'talk "' + "_" * n + '"'),
    "quotes that open nothing": (4000, lambda n: 'talk "' + '\\"' * n),
    "long strings that open nothing": (2000, lambda n: 'talk "x"\n' + '\\"""\n' * n),
    "tags that do not end": (4000, lambda n: 'talk "<speak>' + "<" * n + '"'),
    "comments in SSML that do not end": (2000, lambda n: 'talk "<speak>' + "<!--" * n + '"'),
    "SSML of other than ASCII": (300, lambda n: 'talk "<speak>' + "<p>é</p>" * n + '</speak>"'),
    "a name of many letters": (5000, lambda n: "talk " + "a" * n),
    "a number of many digits": (5000, lambda n: 'talk "x" loop=' + "1" * n),
    "a duration of many parts": (2000, lambda n: "wait " + "1h1m" * n + "x"),
    "prose": (100, lambda n: "This is prose, which nobody meant to be a script\n" * n),
    "statements that nobody knows": (60, lambda n: "step main {\n" + '  foo "a" b=1\n' * n + "}\n"),
    "options without a value": (60, lambda n: "step main {\n" + '  talk "a" level=\n' * n + "}\n"),
    "a list without commas": (60, lambda n: "input dtmf context=[\n" + '  "a"\n' * n + "]\n"),
    "blocks without a brace": (60, lambda n: "step main {\n" + '  if {{ a }} talk "a"\n' * n + "}\n"),
    "blocks with a brace too many": (60, lambda n: "step main {\n" + '  if {{ a }}\n  talk "a"\n  }\n' * n + "}\n"),
    "steps without braces": (60, lambda n: 'step main\n  talk "a"\n' * n),
    "blocks of unknown statements": (60, lambda n: 'foo "a" { # why\n  talk "a"\n}\n' * n),
    "unknown statements in each other": (60, lambda n: ("foo {\n" * 20 + 'talk "a"\n' + "}\n" * 20) * (n // 20)),
    "strings that their lines do not close": (60, lambda n: 'talk "wait for {{ a }} { a }\n' * n),
    "braces": (5000, lambda n: "{" * n + "}" * n),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_check(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Up to the most findings that are kept, each is compared with all names: a small limit makes small scripts do.
    monkeypatch.setattr("nccodsl.diagnostics.collector.MOST", 20)
    monkeypatch.setattr("nccodsl.analysis.flow_rules.MOST", 20)
    monkeypatch.setattr("nccodsl.syntax.recovery.MOST_SYNTAX_ERRORS", 20)
    size, make = SCRIPTS[name]
    assert_linear(make, nccodsl.check, size)


def test_templates_in_many_lines_keep_their_places() -> None:
    found = nccodsl.check(_notify('"""\n' + '   say \\"{{ a | nothing }}\\"\n' * 50 + '   """'))
    assert [diagnostic.start for diagnostic in found] == [(line, 17) for line in range(2, 52)]


@pytest.mark.slow
@pytest.mark.parametrize(
    "make",
    [
        lambda n: "step main {\n" + '# c\n talk "x" # d\n' * n + "# e\n}",
        lambda n: _notify("[\n" + "1, # c\n" * n + "]"),
        lambda n: _notify('"""\n' + "  {{ a }} line\n" * n + '"""'),
        lambda n: _notify('"' + "hello {{ b }} \\u00e9 " * n + '"'),
        lambda n: ("if {{ a }} {\n" * 20 + 'talk "x"\n' + "} else { hangup }\n" * 20) * (n // 20),
    ],
)
def test_fmt(make: Callable[[int], str]) -> None:
    assert_linear(make, nccodsl.format, 40)


# -- JSON


def _talk(text: str) -> str:
    return json.dumps([{"action": "talk", "text": text}])


DOCUMENTS: dict[str, tuple[int, Callable[[int], str]]] = {
    "no address": (4000, lambda n: _talk("_" * n)),
    "addresses": (1000, lambda n: _talk("a.b@" * n)),
    "a string that does not end": (4000, lambda n: '[{"action":"talk","text":"' + '\\"' * n),
    "actions": (40, lambda n: json.dumps([{"action": "talk", "text": f"Hello {i}"} for i in range(n)])),
    "unknown members": (
        100,
        lambda n: json.dumps([{"action": "talk", "text": "x"} | {f"k{i:05}": i for i in range(n)}]),
    ),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_validate(name: str) -> None:
    size, make = DOCUMENTS[name]
    assert_linear(make, nccodsl.validate, size)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_decompile(name: str) -> None:
    size, make = DOCUMENTS[name]

    def decompile(text: str) -> None:
        try:
            nccodsl.decompile(text)
        except nccodsl.ScriptError:
            assert name != "actions"

    assert_linear(make, decompile, size)


def test_ssml_of_other_than_ascii() -> None:
    assert_linear(lambda n: "<speak>" + "<p>é</p>" * n + "</speak>", check_ssml, 400)
    text = "<speak>é€😀<p>x</p>é<s>y</s><b/></speak>"
    assert [text[problem.start : problem.end] for problem in check_ssml(text)] == ["<b/>"]


# -- values


def test_values_that_no_param_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nccodsl.lowering.binding.MOST", 20)

    def make(size: int) -> tuple[nccodsl.Flow, dict[str, int]]:
        text = "".join(f"param a{i}: number = 1\n" for i in range(size)) + 'talk "x"\n'
        return nccodsl.load(text), {f"b{i}": i for i in range(size)}

    def compiled(given: tuple[nccodsl.Flow, dict[str, int]]) -> None:
        with pytest.raises(nccodsl.RenderError):
            given[0].render_json(given[1])

    assert_linear(make, compiled, 40)


def test_a_header_of_many_columns() -> None:
    def make(size: int) -> bytes:
        return ",".join(f"column_{i:05}" for i in range(size)).encode()

    assert_linear(make, lambda header: open_rows(BytesIO(header), "csv"), 1000)


def test_a_row_in_which_everything_is_missing() -> None:
    def make(size: int) -> TableRun:
        flow = nccodsl.load("".join(f"param wanted_{i:05}: number\n" for i in range(size)) + 'talk "x"\n')
        return TableRun(flow, "table.csv", {}, False, "v2", flow.render_json)

    assert_linear(make, lambda run: run.render(Row(2, 1)), 100)


def test_many_params_from_examples() -> None:
    def make(size: int) -> list[object]:
        return [[{"action": "talk", "text": f"{word}{i:05}"} for i in range(size)] for word in ("Hi", "Ho")]

    assert_linear(make, parameterised, 100)
    made = parameterised(make(3))
    assert [param.name.text for param in made.params] == ["text", "text_2", "text_3"]


def test_the_nearest_word_is_what_difflib_finds() -> None:
    from difflib import get_close_matches
    from random import Random

    chance = Random(7)
    words = ["".join(chance.choices("ab_", k=chance.randint(1, 7))) for _ in range(400)]
    for word in words[:100]:
        among = chance.sample(words, 12)
        assert nearest(word, among) == next(iter(get_close_matches(word, among, n=1)), None)


def _translated(size: int) -> tuple[str, dict[str, str]]:
    script = "languages en-GB, es-ES\n" + "".join(f'talk "Text {n} for {{{{ name }}}}."\n' for n in range(size))
    return script, {"es-ES": catalog_of(script, "es-ES", lambda text: f"{text}!")}


def test_translated_texts() -> None:
    assert_linear(_translated, lambda made: flow_of(*made), 4)
