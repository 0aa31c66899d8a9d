"""What a JSON value says to the platform, which also takes numbers and booleans that stand in strings."""

from __future__ import annotations


def is_true(value: object) -> bool:
    return value is True or value == "true"


def is_false(value: object) -> bool:
    return value is False or value == "false"


def number(value: object) -> float | None:
    """The number that a JSON value or its string stands for."""
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
