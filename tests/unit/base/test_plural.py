"""Numbers of things."""

from __future__ import annotations

from nccodsl.base.plural import counted


def test_one_thing_or_several() -> None:
    assert [counted(number, "recorded call") for number in (0, 1, 2)] == [
        "0 recorded calls",
        "1 recorded call",
        "2 recorded calls",
    ]
