"""Durations as people write them: `500ms`, `20s`, `2m`, `1h30m`."""

from __future__ import annotations

import re

_DURATION = r"(-?)((?:[0-9]+(?:\.[0-9]+)?(?:ms|[hms]))+)"
_DURATION_PART = r"(?<![0-9.])([0-9]+(?:\.[0-9]+)?)(ms|[hms])"
_MILLISECONDS = {"h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1}


def seconds(text: str) -> int | float:
    """Seconds of a duration such as `1h30m`; an int where they are whole. Raises ValueError."""
    return whole_seconds(milliseconds(text))


def milliseconds(text: str) -> float:
    """Milliseconds of a duration such as `1h30m`. Raises ValueError, also for one of more than 100 characters."""
    match = re.fullmatch(_DURATION, text) if len(text) <= 100 else None
    if not match:
        raise ValueError("expected a duration such as 500ms, 20s, 2m or 1h30m")
    total = sum(float(amount) * _MILLISECONDS[unit] for amount, unit in re.findall(_DURATION_PART, match[2]))
    return -total if match[1] else total


def whole_seconds(milliseconds: float) -> int | float:
    """Milliseconds as seconds: an int where nothing is lost."""
    value = milliseconds / 1000
    return int(value) if value.is_integer() else round(value, 6)
