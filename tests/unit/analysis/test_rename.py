"""A name is respelled where the script uses it, not where it is said."""

from __future__ import annotations

import pytest

import nccodsl
from nccodsl.diagnostics.fixes import apply_fixes

CASES = [
    (
        'param Name: text  # Name\ntalk "Name: {{ Name }}, {{ Name.Name }}" language={{ Name }}\n',
        'param name: text  # Name\ntalk "Name: {{ name }}, {{ name.Name }}" language={{ name }}\n',
    ),
    (
        'param isOpen: boolean\nif {{ true == isOpen }} { notify {a: isOpen} event_url="https://example.com/e" }\n',
        'param is_open: boolean\nif {{ true == is_open }} { notify {a: isOpen} event_url="https://example.com/e" }\n',
    ),
    (
        'step main {\n  talk "Closing" -> Closing\n}\nstep Closing { talk "We are Closing." }\n',
        'step main {\n  talk "Closing" -> closing\n}\nstep closing { talk "We are Closing." }\n',
    ),
    (
        'step main {\n  talk "Hello" -> closing\n}\nstep Closing { talk "We are Closing." }\n',
        'step main {\n  talk "Hello" -> closing\n}\nstep closing { talk "We are Closing." }\n',
    ),
    (
        'step main {\n  talk "Hello" -> mainMenu\n}\nstep mainMenu { talk "Hi" -> say-bye }\nstep say-bye { hangup }\n',
        'step main {\n  talk "Hello" -> main_menu\n}\nstep main_menu { talk "Hi" -> say_bye }\nstep say_bye { hangup }\n',
    ),
]


@pytest.mark.parametrize(("script", "right"), CASES)
def test_a_name_is_respelled_everywhere(script: str, right: str) -> None:
    found = [one for one in nccodsl.check(script) if one.is_error]
    assert {one.code for one in found} == {"E107"}
    assert found[0].file is not None
    assert apply_fixes(found, found[0].file, unsafe=True)[0] == right


@pytest.mark.parametrize(
    "script",
    [
        "step main { -> Closing }\nstep Closing { hangup }\nstep closing { hangup }\n",
        "param Name: text\nparam name: text\n",
    ],
)
def test_a_name_that_is_taken_is_no_fix(script: str) -> None:
    assert all(one.fix is None for one in nccodsl.check(script) if one.code == "E107")
