"""What completion offers in tests: what the call of the test would do next."""

from __future__ import annotations

import pytest

from nccodsl.editor.document import Document
from nccodsl.editor.next_verbs import MOST_EVENTS
from nccodsl.editor.services.completions import completion

SCRIPT = """\
step main {
  talk "Press 1, or say help."
  input dtmf speech max_digits=1 {
    on "1", "help" { talk "He said \\"no\\"." connect phone 14155550100 from=14155550101 }
    otherwise -> main
  }
}
"""


def _first(marked: str, script: str = SCRIPT) -> list[str]:
    """What is offered first where `|` stands."""
    text = script + marked
    document = Document("a.call", text.replace("|", "", 1))
    return [one.insert or one.label for one in completion(document, text.index("|")).items if one.rank == 0]


@pytest.mark.parametrize(
    ("marked", "offered"),
    [
        ('test "a" {\n  |\n}\n', ['hear "Press 1, or say help."', 'press "1"', 'say "help"']),
        ('test "a" {\n  hear "say help"\n  |\n}\n', ['press "1"', 'say "help"']),
        # A text with quotes is not offered, since it cannot be written as it is.
        ('test "a" {\n  press "1"\n  |\n}\n', ["ended"]),
        # The test itself may have mistakes, and others too.
        ('test "b" { hea\n}\ntest "a" {\n  hear "say help"\n  he|\n}\n', ['press "1"', 'say "help"']),
        ('test "a" {\n  silence\n  |\n  press "1"\n}\n', ['hear "Press 1, or say help."', 'press "1"', 'say "help"']),
    ],
)
def test_the_call_says_what_comes_next(marked: str, offered: list[str]) -> None:
    found = _first(marked)
    assert found[: len(offered)] == offered
    assert ("ended" in found) == ("ended" in offered)


def test_where_the_call_is_not_known_every_verb_is_offered() -> None:
    for script, marked in (
        (SCRIPT.replace("max_digits", "max_digit"), 'test "a" {\n  |\n}\n'),
        (SCRIPT, 'test "a" {\n  hear "never said"\n  |\n}\n'),
        (SCRIPT, 'test "a" {\n' + '  press "2"\n' * MOST_EVENTS + "  |\n}\n"),
        ('param who: text\nstep main { talk "{{ who }}" }\n', 'test "a" {\n  |\n}\n'),
    ):
        found = [one.partition(" ")[0] for one in _first(marked, script)]
        assert {"hear", "press", "say", "silence", "ended"} <= set(found)
