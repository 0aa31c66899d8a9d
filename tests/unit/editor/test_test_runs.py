"""The tests of an open document: results, places of failures, coverage."""

from __future__ import annotations

import pytest

from nccodsl.editor.document import Document
from nccodsl.editor.services.test_runs import FinishedTest, RehearsedScript, no_tests_because
from nccodsl.editor.text_edits import TextEdit, carried
from tests.cases.editor_answers import finish
from tests.unit.editor.scripts import document

SCRIPT = """\
param who: text = "Ann"
step main {
  talk "Hello {{ who }}"
  input dtmf max_digits=1 {
    on "1" { talk "One" -> bye }
    otherwise { talk "Another" talk "More" }
  }
}
step bye { talk "Bye" }
"""


def _script(one: Document) -> RehearsedScript:
    assert one.flow is not None
    return RehearsedScript(one.flow)


def _run(script: RehearsedScript, title: str, *, covers: bool = False) -> FinishedTest:
    return finish(script.turns(title, covers=covers))


def _failed(verbs: str, text: str = SCRIPT) -> tuple[str, str, list[tuple[str, str]]]:
    """Of a test that fails: its line, the first line of its message, and the places beside."""
    one = document(f'{text}test "t" {{ {verbs} }}\n')
    failure = _run(_script(one), "t").failure
    assert failure is not None
    assert failure.place.name == one.name
    related = [(one.text[place.start : place.end], told) for place, told in failure.related]
    return one.text[failure.place.start : failure.place.end], failure.message, related


def test_a_failure_is_at_its_line_and_where_the_script_spoke() -> None:
    assert _failed('press "2" hear "One"') == (
        'hear "One"',
        "expected to hear “One”, but heard “Another”; heard “More”",
        [('talk "Another"', "heard “Another”"), ('talk "More"', "heard “More”")],
    )
    line, message, related = _failed('hear "Nothing"')
    assert (line, related) == ('hear "Nothing"', [('talk "Hello {{ who }}"', "heard “Hello Ann”")])
    assert message.startswith("expected to hear “Nothing”, but heard “Hello Ann”; it waits for an answer, in the step")


def test_a_failure_for_other_reasons() -> None:
    fetches = 'fetch "https://example.com/x" as x\n'
    line, message, _ = _failed('hear "x"', fetches + 'talk "x"\n')
    assert (line, message) == ('hear "x"', "expected a reply for each `fetch`, but https://example.com/x has none")
    # What is wrong before the call begins is where it stands, or at the test if that is in another file.
    half = 'param n: integer = 0\nlet half = "{{ 1 // n }}"\n'
    given = 'talk "{{ half }}"\n'
    assert _failed('hear "x"', half + given)[0] == "1 // n"
    one = document(f'include "rest.call"\n{given}test "t" {{ hear "x" }}\n', rest=half)
    failure = _run(_script(one), "t").failure
    assert failure is not None
    assert one.text[failure.place.start : failure.place.end] == '"t"'
    assert [(place.name, told) for place, told in failure.related] == [("rest.call", "the call failed here")]


def test_coverage_counts_tests() -> None:
    tests = 'test "a" { press "1" hear "Bye" }\ntest "b" { press "1" hear "One" }\ntest "c" { hear "Hello" }\n'
    one = document(SCRIPT + tests)
    script = _script(one)
    assert list(script.cases) == ["a", "b", "c"]
    finished = [_run(script, title, covers=True) for title in script.cases]
    assert all(each.passed for each in finished)
    found = {one.text[each.place.start :][:6]: each.count for each in script.coverage(finished)}
    assert found == {"main {": 3, 'on "1"': 2, "otherw": 0, "bye { ": 2}
    assert [each.count for each in script.coverage([_run(script, "c")])] == [0, 0, 0, 0], "nothing was noted"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (SCRIPT, None),
        ('talk "x" levl=1 lop=2\n', "the script has 2 errors"),
        ('include "missing.call"\ntalk "x"\n', "the script has 1 error"),
    ],
)
def test_tests_need_a_script_without_errors(text: str, problem: str | None) -> None:
    one = document(text)
    assert no_tests_because(one) == problem
    assert (one.flow is None) == (problem is not None)
    if problem is None:
        one.edit(0, 0, "}")
        assert one.flow is None, "what was compiled is dropped with the text"


def test_tests_of_included_files_are_not_run() -> None:
    one = document('include "rest.call"\nstep main { -> rest }\n', rest='step rest { hangup }\ntest "r" { ended }\n')
    assert not _script(one).cases


@pytest.mark.parametrize(
    ("edit", "place"),
    [
        (TextEdit(0, 0, "abc"), (13, 18)),
        (TextEdit(2, 10, ""), (2, 7)),
        (TextEdit(15, 15, "x"), None),
        (TextEdit(8, 11, ""), None),
        (TextEdit(15, 20, "abcde"), (10, 15)),
    ],
)
def test_places_are_carried_along(edit: TextEdit, place: tuple[int, int] | None) -> None:
    assert carried(10, 15, edit) == (place if edit.start != 15 or edit.end == 20 else (10, 15))
