"""The size of what a script sends is known before the call, where no value is in it."""

from __future__ import annotations

import pytest

import nccodsl


@pytest.mark.parametrize(
    ("option", "codes"),
    [
        ('body={{text: "{}"}}', ["E324"]),
        ('body=["{}"]', ["E324"]),
        ('form={{text: "{}"}}', ["E324"]),
        ('body={{text: "{}", from: {{{{ caller }}}}}}', []),
    ],
)
def test_a_body_that_is_too_large(option: str, codes: list[str]) -> None:
    large = option.format("x" * (256 * 1024))
    assert [one.code for one in nccodsl.check(f'send "https://a.example" {large}\ntalk "Hello."')] == codes
    small = option.format("x" * (256 * 1024 - 100))
    assert nccodsl.check(f'send "https://a.example" {small}\ntalk "Hello."') == []
