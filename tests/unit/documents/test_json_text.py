"""JSON with positions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, strategies as st

from nccodsl.base.source import SourceFile, Sources
from nccodsl.diagnostics import Collector, Diagnostic
from nccodsl.diagnostics.fixes import apply_fixes
from nccodsl.documents.json_text import JsonDocument, pointer, read_json, read_json_lines
from tests.growth import assert_linear

QUOTES = "write strings in plain double quotes"
COLON = "write `:` instead of `=`"
END = "keep one document in the file, and remove what follows it"
COMMENT = "remove the comment: JSON has none"
FINITE = "write a finite number, or leave the value out"
CLOSE = "add a quote at its end; a line break inside a string is `\\n`"
POINT = "write a digit on both sides of the decimal point"


def read(text: str) -> tuple[JsonDocument | None, list[Diagnostic], SourceFile]:
    sources = Sources()
    sources.add("before.call", "something else")  # so that the offsets do not begin at 0
    file = sources.add("a.json", text)
    collector = Collector(sources)
    return read_json(file, collector), collector.sorted(), file


def good(text: str) -> JsonDocument:
    document, found, _ = read(text)
    assert not found
    assert document is not None
    return document


def paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    yield path, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from paths(item, (*path, key))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**399), 10**399)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=25,
)


@given(JSON, st.sampled_from([None, 0, 2]), st.booleans())
def test_what_json_writes_is_read_back(value: Any, indent: int | None, ascii_only: bool) -> None:
    document = good(json.dumps(value, indent=indent, ensure_ascii=ascii_only))
    assert repr(document.value) == repr(value)  # types and the sign of zero, too
    for path, part in paths(value):
        assert repr(json.loads(document.file.slice(document.span(path)))) == repr(part)
        if path and isinstance(path[-1], str):
            assert json.loads(document.file.slice(document.span(path, key=True))) == path[-1]


@given(st.text(alphabet=st.characters()) | st.text("{}[]:,\"\\u0189dfn-+.eE truefalsnl/'NIa\n\t"))
def test_no_text_makes_it_fail_and_it_agrees_with_json(text: str) -> None:
    document, found, file = read(text)
    assert (document is not None) or found
    for finding in found:
        assert finding.span is not None
        assert file.base <= finding.span.start <= finding.span.end <= file.base + len(text)

    def refuse(_: str) -> None:
        raise ValueError

    try:
        value = json.loads(text.removeprefix("\ufeff"), parse_constant=refuse)
    except ValueError:
        assert document is None
    else:
        assert document is not None or {finding.code for finding in found} == {"E107"}
        if not found:
            assert document is not None
            assert repr(document.value) == repr(value)


@pytest.mark.parametrize(
    ("text", "code", "place", "message", "help"),
    [
        ("", "E112", (1, 1), "expected a value, but the text ends", None),
        (" \n", "E112", (1, 1), "expected a value, but the text ends", None),
        ("[1, 2", "E112", (1, 6), "expected `,` or `]`, but the text ends", "add `]`"),
        ("[1] x", "E112", (1, 5), "expected the end of the document, not `x`", END),
        ("[1,\n2,]", "E112", (2, 2), "JSON has no comma before the closing `]`", None),
        ('{"a": 1,}', "E112", (1, 8), "JSON has no comma before the closing `}`", None),
        ("[,]", "E112", (1, 2), "expected a value, not `,`", "remove `,`"),
        ("{'a': 1}", "E112", (1, 2), "expected a key in double quotes, not `'`", QUOTES),
        ("[“a”]", "E112", (1, 2), "expected a value, not `“`", QUOTES),
        ("{a: 1}", "E112", (1, 2), "expected a key in double quotes, not `a`", 'write `"a"`'),
        ("[1, // no\n2]", "E112", (1, 5), "expected a value, not `/`", COMMENT),
        ("# no\n[]", "E112", (1, 1), "expected a value, not `#`", COMMENT),
        ("[True]", "E112", (1, 2), "JSON has no `True`", None),
        ("[None]", "E112", (1, 2), "JSON has no `None`", None),
        ("[NaN]", "E112", (1, 2), "JSON has no `NaN`", FINITE),
        ("[-Infinity]", "E112", (1, 2), "JSON has no `-Infinity`", FINITE),
        ('{"a" 1}', "E112", (1, 6), "expected `:` after the key, not `1`", None),
        ('{"a"=1}', "E112", (1, 5), "expected `:` after the key, not `=`", COLON),
        ('{"a":1 "b":2}', "E112", (1, 8), 'expected `,` or `}`, not `"`', "add `,` before it"),
        ("[1 2]", "E112", (1, 4), "expected `,` or `]`, not `2`", "add `,` before it"),
        ("[1.]", "E112", (1, 2), "expected a value, not `1.`", POINT),
        ("\u00a0[]", "E112", (1, 1), "expected a value, not U+00A0", None),
        ('["a', "E112", (1, 2), "the string is not closed on its line", CLOSE),
        ('["a\nb"]', "E112", (1, 2), "the string is not closed on its line", CLOSE),
        ('["a\tb"]', "E112", (1, 4), "a string contains a control character", None),
        ('["\\q"]', "E112", (1, 3), "JSON has no escape `\\q`", "write `\\\\q`"),
        ('["\\u12"]', "E112", (1, 3), "`\\u` needs four hexadecimal digits", "write `\\\\u`"),
        ("[1e999]", "E107", (1, 2), "the number 1e999 is too large", "write a number below 1.8e308"),
        ("[" * 201, "E108", (1, 201), "more than 200 objects and arrays are nested here", "nest them less deeply"),
    ],
)  # fmt: skip
def test_what_is_wrong_and_where(text: str, code: str, place: tuple[int, int], message: str, help: str | None) -> None:
    document, (found,), _ = read(text)
    assert document is None
    assert (found.code, found.start, found.message, found.help) == (code, place, message, help)


def test_a_number_in_the_manner_of_phone_numbers() -> None:
    for text in ("[+14155550101]", "[0049]"):
        assert "write a phone number in double quotes" in (read(text)[1][0].help or "")


def test_what_is_not_closed_is_shown() -> None:
    for text in ('{"a": [1, 2', '{"a": [1, 2}'):
        _, (found,), file = read(text)
        (label,) = found.labels
        assert (label.text, file.line_column(label.span.start)) == ("opened here", (1, 7))


def test_several_mistakes_in_one_run_and_their_fixes() -> None:
    text = '{"a": True, "b": [1, None,], "c": undefined,}'
    document, found, file = read(text)
    assert document is None
    assert [finding.code for finding in found] == ["E112"] * 5
    fixed, count = apply_fixes(found, file)
    assert (fixed, count) == ('{"a": true, "b": [1, null], "c": null}', 5)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ('[{"a": [1, {"b": 2', '[{"a": [1, {"b": 2}]}]'),
        ('[{"a": 1]', '[{"a": 1}]'),
        ('{"a": 1 "b": 2}', '{"a": 1 , "b": 2}'),
        ("[1,,2]", "[1,2]"),
        ('{"a": 1,, "b": 2}', '{"a": 1, "b": 2}'),
        ('{"a"=1}', '{"a":1}'),
        ("{a: 1}", '{"a": 1}'),
        ("[hello]", '["hello"]'),
        ('["\\q"]', '["\\\\q"]'),
        ('["it\\\'s"]', '["it\'s"]'),
        ('{"a": 1, "a" : 2 }', '{"a": 1 }'),
        ('{"a": 1, "a": "b\\"c"}', '{"a": 1}'),
    ],
)
def test_a_guess_reads_well(text: str, right: str) -> None:
    _, (found,), file = read(text)
    assert found.fix is not None
    assert not found.fix.safe
    assert apply_fixes([found], file, unsafe=True) == (right, 1)
    good(right)


def test_a_second_object_under_one_key_has_no_fix() -> None:
    _, (found,), _ = read('{"a": 1, "a": {"b": 2}}')
    assert (found.fix, found.help) == (None, "remove one of them")


def test_a_control_character_is_fixed() -> None:
    _, found, file = read('["a\tb"]')
    assert apply_fixes(found, file) == ('["a\\tb"]', 1)


def test_a_key_twice() -> None:
    document, (found,), file = read('{"a": [1], "b": 2, "a": {"c": 3}}')
    assert document is not None
    assert document.value == {"a": [1], "b": 2}
    assert file.slice(document.span(("a",))) == "[1]"
    assert (found.code, found.column, found.is_error) == ("E113", 20, True)
    assert [(file.line_column(label.span.start)[1], label.text) for label in found.labels] == [(2, "first given here")]


def test_long_numbers() -> None:
    assert good("9" * 400).value == 10**400 - 1
    for text in ("9" * 401, "-" + "9" * 10_000, "0." + "1" * 10_000):
        document, (found,), _ = read(text)
        assert document is None
        assert found.code == "E107"


def test_lone_surrogates() -> None:
    for text in ('["\\ud800"]', '{"\\udfff": 1}', '["\ud800"]'):
        document, (found,), _ = read(text)
        assert document is not None
        assert found.code == "E318"
    assert good('"\\ud83d\\ude00"').value == "😀"


def test_depth() -> None:
    assert good("[" * 200 + "]" * 200).value


def test_a_byte_order_mark_is_passed_over() -> None:
    document = good("\ufeff[1]")
    assert document.value == [1]
    assert document.file.slice(document.span(())) == "[1]"


def test_spans() -> None:
    document = good('{"a": [10, {"b": "x"}], "0": 5}')

    def at(*path: str | int, key: bool = False) -> str:
        return document.file.slice(document.span(path, key=key))

    assert at("a", 1, "b") == '"x"'
    assert at("a", 1, "b", key=True) == '"b"'
    assert at("a", 0, key=True) == "10"
    assert at(key=True) == document.file.text
    assert at("0") == "5"
    # What does not exist: the nearest place above it.
    assert at("a", 1, "c") == at("a", 1, "c", "d", key=True) == '{"b": "x"}'
    assert at("a", 7) == at("a", -1) == at("a", "0") == '[10, {"b": "x"}]'
    assert at("nothing", key=True) == at(0) == document.file.text


def test_pointer() -> None:
    assert pointer(()) == ""
    assert pointer((0, "a/b", "m~n", "")) == "/0/a~1b/m~0n/"


def test_lines() -> None:
    sources = Sources()
    sources.add("before", "xyz")
    file = sources.add("a.jsonl", '\ufeff{"a": 1}\r\n\n  \n[2\n"x" 1\n\n[3, 4]')
    collector = Collector(sources)
    documents = list(read_json_lines(file, collector))
    assert [document.value for document in documents] == [{"a": 1}, [3, 4]]
    assert [file.line_column(document.span(()).start) for document in documents] == [(1, 2), (7, 1)]
    assert file.slice(documents[1].span((1,))) == "4"
    assert [(found.start, found.message) for found in collector.sorted()] == [
        ((4, 3), "expected `,` or `]`, but the text ends"),
        ((5, 5), "expected the end of the document, not `1`"),
    ]


@pytest.mark.parametrize(
    "make",
    [
        lambda n: '"' + "\\u00e9" * (8 * n),
        lambda n: "[" * (30 * n),
        lambda n: "1" * (60 * n),
        lambda n: "[" + "1," * n,
    ],
)
def test_hostile_texts_take_linear_time(make: Callable[[int], str]) -> None:
    def refused(text: str) -> None:
        document, found, _ = read(text)
        assert document is None
        assert found

    assert_linear(make, refused, 1000)
