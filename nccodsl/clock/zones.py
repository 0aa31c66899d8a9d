"""Time zones by the names of the IANA database, and moments as people write them.

The `tzdata` package has the database where the system has none.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from nccodsl.base import lazy_re
from nccodsl.clock.hours import YEARS

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_MOMENT = lazy_re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:[0-9]{2})?")


def read_moment(text: str) -> datetime | None:
    """A date and time such as `2026-12-24 18:30`, with or without an offset; None where the text is not one."""
    if _MOMENT.fullmatch(text.strip()) is None:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.year in YEARS else None


def in_zone(moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment in a zone; a wall clock's time if it has no offset. Where clocks show it twice, the first."""
    if moment.tzinfo is None:
        # A time that a change to summer time skips becomes the one that clocks show instead.
        return moment.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    return moment.astimezone(zone)


def zone_of(name: str) -> ZoneInfo | None:
    """The zone of a name such as `Europe/London`; None where there is none."""
    from zoneinfo import ZoneInfo  # few scripts ask the time

    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):  # OSError: the name of a folder, such as `Europe`
        return None


def zone_names() -> list[str]:
    """The names to choose from: places, without the short ones kept for old programs."""
    from zoneinfo import available_timezones

    return sorted(name for name in available_timezones() if "/" in name or name == "UTC")
