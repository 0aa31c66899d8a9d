"""Each mistake in a line of a `test` block has one fix, which leads to a line without problems."""

from __future__ import annotations

import pytest

import nccodsl
from nccodsl.diagnostics.fixes import apply_fixes

SCRIPT = 'step main {{ talk "Hello" }}\ntest "a" {{\n  {}\n}}\n'


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ('not press "1"', 'press "1"'),
        ("not ended", "ended"),
        ("press", 'press "1"'),
        ("hear", 'hear "Hello"'),
        ("say", 'say "yes"'),
        ("hear language=en-US", 'hear "Hello" language=en-US'),
        ("dialled", "dialled phone 14155550123"),
        ("press 1", 'press "1"'),
        ("hear Hello", 'hear "Hello"'),
        ("hear {a: 1}", 'hear "Hello"'),
        ('ended "now"', "ended "),
        ("recorded foo", "recorded "),
        ('press sales "1"', 'press  "1"'),
        ('fetched "https://example.com/"', 'fetched "https://example.com/" reply {}'),
        ('hear "Hello" reply {a: 1}', 'hear "Hello"'),
        ('hear "Hello" language=en-US reply {a: 1}', 'hear "Hello" language=en-US'),
        ('press "1" language=en-US', 'press "1" '),
        ('hear "Hello" language=3', 'hear "Hello" language=en-US'),
        ('hear "Hello" style=high', 'hear "Hello" style=0'),
    ],
)
def test_the_fix_of_a_line(line: str, right: str) -> None:
    (found,) = nccodsl.check(SCRIPT.format(line))
    assert found.file is not None
    assert found.fix is not None
    assert not found.fix.safe
    assert apply_fixes([found], found.file, unsafe=True) == (SCRIPT.format(right), 1)
    assert nccodsl.check(SCRIPT.format(right)) == []
