"""Times as the platform and our logs write them."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_text(seconds: float) -> str:
    """A Unix time in ISO 8601 with milliseconds, in UTC: `2026-11-23T12:00:00.000Z`."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
