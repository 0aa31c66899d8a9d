"""Times and dates as people write them in opening hours, and the form that is right here."""

from __future__ import annotations

import re

from nccodsl.diagnostics import messages
from nccodsl.syntax.habit_places import HabitFound, HabitPlace

_CLOCK = r"(\d{1,2})(?:[:.h](\d{2}))?(?:[ \t]?([ap]m))?"
TIMES = re.compile(rf"{_CLOCK}[ \t]{{0,4}}(?:-|–|to\b)[ \t]{{0,4}}{_CLOCK}(?![\w:-])", re.I)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:\.\.\d{4}-\d{2}-\d{2})?")


def times(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    """`9-17`, `9am-5pm`, `9.00 to 17.30`."""
    if "TIMES" not in place.wanted:
        return None
    first, last = _clock(*match.group(1, 2, 3)), _clock(*match.group(4, 5, 6))
    if first is None or last is None:
        return None
    right = f"{first}-{last}"
    said = messages.clock.times_form(match[0].strip(), right, place.edit(0, match.end(), right))
    return HabitFound(said, match.end(), match.end(), (place.token("TIMES", right, 0, match.end()),))


def _clock(hour: str, minute: str | None, half: str | None) -> str | None:
    """`HH:MM`, where there is such a time."""
    hours = int(hour) % 12 + (12 if half.lower() == "pm" else 0) if half else int(hour)
    minutes = int(minute or 0)
    return f"{hours:02}:{minutes:02}" if hours <= 24 and minutes < 60 else None


def date(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    """`shut 2026-12-25`: a date without `closed` or `open`."""
    if not {"TIMES", "_CLOSED"} & place.wanted:
        return None
    return HabitFound(messages.clock.date_alone(match[0]), match.end())
