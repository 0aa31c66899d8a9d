from __future__ import annotations

import pytest

from nccodsl.voice.spoken import read_out_wrongly


@pytest.mark.parametrize(
    ("text", "markup", "shown"),
    [
        ("Your code is 407193.", False, ["407193"]),
        ("In 2026 you paid 12345 dollars and 1,234,567 cents.", False, []),
        ("Call +14155550101.", False, []),
        (
            "See https://example.com/x or write to ann@example.com.",
            False,
            ["https://example.com/x", "ann@example.com."],
        ),
        ("Wait <break time='1s'/> please", False, ["<break time='1s'/>"]),
        ("a < b > c", False, []),
        ("<speak>Wait <break time='1s'/> please</speak>", True, []),
        ("<speak><say-as interpret-as='digits'>407193</say-as></speak>", True, []),
        ("<speak><p>407193</p></speak>", True, ["407193"]),
    ],
)
def test_places(text: str, markup: bool, shown: list[str]) -> None:
    assert [text[start:end] for start, end, _, _ in read_out_wrongly(text, markup=markup)] == shown
