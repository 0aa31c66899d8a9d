"""Typographic quotes become straight ones, all of a line at once; a missing quote is added where the words end."""

from __future__ import annotations

import pytest

import nccodsl
from nccodsl.diagnostics.fixes import apply_fixes

CASES = [
    ("talk “Hello” language=“en-GB”", 'talk "Hello" language="en-GB"'),
    ("talk ‘Hello’ language=‘en-GB’", 'talk "Hello" language="en-GB"'),
    ("talk “She said “hello” to us.”", 'talk "She said “hello” to us."'),
    ("talk „Hallo“ language=de-DE", 'talk "Hallo" language=de-DE'),
    ("talk ‘It’s fine’", 'talk "It’s fine"'),
    ('talk "Hello”', 'talk "Hello"'),
    ('talk “Hello"', 'talk "Hello"'),
    ("talk “Hello {{ name | default(‘you’) }}”", "talk \"Hello {{ name | default('you') }}\""),
    ('talk "Hello {{ name }}. language=en-GB', 'talk "Hello {{ name }}." language=en-GB'),
    ('talk "Hello"" language=en-GB', 'talk "Hello" language=en-GB'),
    ('talk "Hello""', 'talk "Hello"'),
    ('talk "x"\ntest "a" {\n  hear "x\n}', 'talk "x"\ntest "a" {\n  hear "x"\n}'),
    (
        'talk "<speak>Now <break time=500ms/> go</speak>"',
        "talk \"<speak>Now <break time='500ms'/> go</speak>\"",
    ),
]


@pytest.mark.parametrize(("script", "right"), CASES)
def test_the_fix_makes_it_right(script: str, right: str) -> None:
    (found,) = nccodsl.check(script)
    assert found.file is not None
    assert apply_fixes([found], found.file, unsafe=True)[0] == right
    assert nccodsl.check(right) == []


@pytest.mark.parametrize("script", ["talk “Hello", 'talk "Hello\nand welcome."', "talk ’Hello’ “x"])
def test_no_guess(script: str) -> None:
    assert all(one.fix is None or not one.fix.safe for one in nccodsl.check(script))
