"""Hints and hovers that walk calls or run tests: what they find, and that their work is bounded."""

from __future__ import annotations

import re

import pytest

from nccodsl.editor.document import Document
from nccodsl.editor.explored_calls import MOST_MOVES, MOST_STATES, explored_calls
from nccodsl.editor.explored_stops import heard_before
from nccodsl.editor.hints_of_tests import MOST_EVENTS, taken_by_tests
from nccodsl.editor.services.completions import completion
from nccodsl.editor.services.hover import hover
from nccodsl.editor.services.inlays import DEFAULT_INLAYS, InlayKind, inlays
from nccodsl.errors import CannotRead
from nccodsl.std import read_library
from tests.bench.edited_script import large_script
from tests.every_script import EVERY

ROUNDS = """\
param secret_word: text = "x"
step main {
  talk "Menu number {{ visits }}." barge_in=true
  input dtmf speech as choice {
    on "1" { set said = "{{ choice.digits }} {{ visits }}" -> main }
    on "2", "again" { talk "{{ said | default('nothing') }}" -> main }
    on "3" -> main
    otherwise { if {{ visits > 3 }} { -> late } talk "No" -> main }
  }
}
step late { talk "Bye" }
"""


def _labels(text: str, *kinds: InlayKind) -> list[str]:
    shown = {kind: kind in kinds for kind in DEFAULT_INLAYS}
    return [one.label for one in inlays(Document("a.call", text), 0, len(text), shown)]


def test_two_kinds_of_hints_are_shown_by_default() -> None:
    assert [kind for kind, shown in DEFAULT_INLAYS.items() if shown] == ["speech", "durations"]


@pytest.mark.parametrize("steps", [18, pytest.param(180, marks=pytest.mark.slow)])
def test_exploring_does_so_much_at_500_and_at_5000_lines_alike(steps: int) -> None:
    document = Document("large.call", large_script(steps))
    found = explored_calls(document)
    assert found is not None
    assert MOST_MOVES / 2 < found.moved <= MOST_MOVES
    assert found.states <= MOST_STATES
    assert not found.complete
    shown = inlays(document, 0, 3000, {"reached": True})
    assert shown
    assert all(one.label.endswith("or more") for one in shown)


def test_rounds_that_count_end() -> None:
    found = explored_calls(Document("a.call", ROUNDS))
    assert found is not None
    assert found.complete
    assert found.states < MOST_STATES
    assert set(found.steps["late"].ways) == {("main", label) for label in ("silence", "press 7777")}


def test_calls_are_explored_once_for_a_text() -> None:
    document = Document("a.call", ROUNDS)
    before = explored_calls(document)
    assert explored_calls(document) is before
    document.edit(0, 0, "# a comment\n")
    after = explored_calls(document)
    assert after is not before
    document.edit(0, 0, "step {")
    assert explored_calls(document) is None
    assert hover(document, document.text.index("talk")) is not None


def test_the_quickest_way_is_told() -> None:
    text = (
        'step main {\n  talk "One, two."\n  input dtmf max_digits=1 timeout=9s {\n'
        '    on "1" { stream "https://example.com/a.mp3" -> far }\n    otherwise { talk "No" -> far }\n  }\n}\n'
        'step far { talk "Here" }\n'
    )
    found = explored_calls(Document("a.call", text))
    assert found is not None
    ways = {happened: seconds for (_, happened), seconds in found.steps["far"].ways.items()}
    assert sorted(ways, key=lambda way: ways[way]) == ["press 7", "press 1", "silence"]
    assert ways["silence"] - ways["press 7"] == pytest.approx(9.0 - 0.8)
    # Nobody knows how long a file is.
    assert found.steps["far"].guessed
    told = max(found.statements.values(), key=lambda one: one.at)
    assert [words for _, _, words in heard_before(told.stop, told.number)] == ["“One, two.”", "press 7", "“No”"]


def test_nothing_is_read_of_what_is_passed_on_unchecked() -> None:
    text = 'step main { raw {action: "talk", loop: "x"} raw {action: "input", dtmf: 4} talk "Here" }\n'
    found = explored_calls(Document("a.call", text))
    assert found is not None
    assert max(one.at for one in found.statements.values()) == 0.0
    assert hover(Document("a.call", text), text.index('talk "H')) is not None


def test_where_values_are_missing_nothing_is_explored() -> None:
    text = 'param who: text\nstep main { talk "{{ who }}" -> other }\nstep other { hangup }\n'
    assert _labels(text, "reached", "rendered", "tests") == []
    tested = f'{text}test "a" {{ with who="Ann" hear "Ann" }}\n'
    assert _labels(tested, "rendered") == ["“Ann”"]
    assert len(_labels(tested, "reached")) == 2


def test_so_many_things_happen_in_tests() -> None:
    script = 'step main { talk "Hello" input dtmf { on "1" -> main  otherwise { hangup } } }\n'
    tests = [f'test "{number}" {{ hear "Hello" press "1" hear "Hello" }}\n' for number in range(MOST_EVENTS // 5)]
    few, many = Document("few.call", script + tests[0]), Document("many.call", script + "".join(tests))
    assert few.flow is not None
    assert taken_by_tests(few.flow)[1]
    assert sorted(_labels(few.text, "tests")) == ["never taken by a test", "✓ 1 test"]
    assert many.flow is not None
    places, complete = taken_by_tests(many.flow)
    assert not complete
    assert 0 < max(one.count for one in places) < len(tests)
    # What the rest of the tests would take is not known.
    assert len(_labels(many.text, "tests")) == 1


def test_hints_are_made_for_the_part_that_is_shown() -> None:
    text = large_script(18)
    document = Document("large.call", text)
    middle = text.index("step s9 ")
    found = inlays(document, middle, middle + 400, dict.fromkeys(DEFAULT_INLAYS, True))
    assert found
    assert all(middle <= one.at <= middle + 400 for one in found)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_hints_and_hovers_of_every_script(part: int) -> None:
    """Also of those with mistakes of all kinds."""
    for name, text in list(EVERY.items())[part::4]:
        if len(text) > 60_000:
            continue
        document = Document(name, text, _library)
        for one in inlays(document, 0, len(text), dict.fromkeys(DEFAULT_INLAYS, True)):
            assert 0 <= one.at <= len(text)
        for word in re.finditer(r"\b(?:talk|input|connect|stream|step \w+|-> \w+)", text):
            hover(document, word.end() - 1)
        for line in list(re.finditer(r"(?m)^  (?=\w)", text))[:40]:
            completion(document, line.end())


def _library(wanted: str, including: str) -> tuple[str, str]:
    if not wanted.startswith("<"):
        raise CannotRead(f"{wanted} does not exist", missing=True)
    return read_library(wanted, including)
