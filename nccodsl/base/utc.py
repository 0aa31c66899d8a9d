"""Times as the platform and our logs write them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from math import modf


def utc_text(seconds: float) -> str:
    """A Unix time in ISO 8601 with milliseconds, in UTC: `2026-11-23T12:00:00.000Z`."""
    part, whole = modf(seconds)
    # As `datetime` has it: rounded to microseconds, and cut to milliseconds.
    micros = round(part * 1_000_000)
    if not 0 <= micros < 1_000_000:
        carried, micros = divmod(micros, 1_000_000)
        whole += carried
    return f"{_to_the_second(whole)}.{micros // 1000:03d}Z"


@lru_cache(maxsize=64)
def _to_the_second(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").removesuffix("+00:00")
