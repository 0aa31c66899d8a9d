"""Dates and times as text, in the extended form of ISO 8601.

Python's own readers take more: to them, `14.30` and `14,5` are 14:00.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time

_Kind = type[date] | type[time]

_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
# Compiled when they are asked for, since few scripts have dates, and these are large.
_FORMS: dict[_Kind, str] = {date: _DAY, time: _CLOCK, datetime: rf"{_DAY}(?:[T ]{_CLOCK})?"}
_NEAR: dict[_Kind, str] = {
    date: r"([0-9]{4})[-/.]?([0-9]{1,2})[-/.]?([0-9]{1,2})",
    time: r"([0-9]{1,2})[:.,h]?([0-9]{2})",
}


class OtherForm(ValueError):
    """A text that has another form, but it is plain what it means: `right`."""

    def __init__(self, right: str) -> None:
        super().__init__(f"its form is wrong, and `{right}` is right")
        self.right = right


def read_iso(kind: _Kind, text: str) -> date | time:
    """The date or time that a text says.

    Raises OtherForm, or ValueError, whose text is empty where there is no more to say.
    """
    text = text.strip()
    if re.fullmatch(_FORMS[kind], text) is None:
        if better := _better(kind, text):
            raise OtherForm(better)
        raise ValueError
    try:
        return kind.fromisoformat(text)
    except ValueError:
        raise ValueError(_impossible(kind, text)) from None


def _better(kind: _Kind, text: str) -> str | None:
    """The same in the right form, where it is plain what is meant."""
    near = _NEAR.get(kind)
    parts = re.fullmatch(near, text) if near else None
    if parts is None:
        return None
    better = (":" if kind is time else "-").join(part.zfill(2) for part in parts.groups())
    try:
        kind.fromisoformat(better)
    except ValueError:
        return None
    return better


def _impossible(kind: _Kind, text: str) -> str:
    """Why a text of the right form is no date or time."""
    if kind is time:
        return f"there is no time {text}"
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return f"there is no day {text[:10]}"
    return f"there is no time {text[11:]}"
