"""Filters that speak dates, times and durations in the language of a talk."""

from __future__ import annotations

import datetime
from typing import Any

from nccodsl.base.iso_times import read_iso
from nccodsl.diagnostics import messages
from nccodsl.templates.dialect import Manner
from nccodsl.templates.operators import kind, plain
from nccodsl.templates.scope import Refusal
from nccodsl.voice.locales import SPACES, locale_of

_FORMS = ("full", "long", "medium", "short")
_NEAR = 6
"""Days within which the name of the weekday says which day is meant."""
_UNITS = (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1))
_LONGEST = 1e10
"""Seconds."""


def _form(format: Any) -> Any:
    if format not in _FORMS:
        shown = f"`{format[:40]}`" if isinstance(format, str) else kind(format)
        raise Refusal(messages.template_values.no_such_form(shown, _FORMS))
    return format


def spoken_date(manner: Manner, value: Any, format: str = "full") -> str:
    from babel.dates import format_date

    if isinstance(value, str):
        try:
            value = read_iso(datetime.datetime, plain(value))
        except ValueError:
            raise Refusal(messages.template_values.text_no_date()) from None
    if not isinstance(value, datetime.date):
        raise Refusal(messages.template_values.wants_date("spoken_date", kind(value)))
    return format_date(value, format=_form(format), locale=locale_of(manner.language)).translate(SPACES)


def spoken_time(manner: Manner, value: Any, format: str = "short") -> str:
    from babel.dates import format_time

    if isinstance(value, str):
        text = plain(value)
        try:
            value = read_iso(datetime.time, text)
        except ValueError:
            try:
                value = read_iso(datetime.datetime, text)
            except ValueError:
                raise Refusal(messages.template_values.text_no_time()) from None
    if isinstance(value, datetime.datetime):
        value = value.time()
    if not isinstance(value, datetime.time):
        raise Refusal(messages.template_values.wants_time(kind(value)))
    # Without a zone, nothing is converted: the time is spoken as it was given.
    value = value.replace(tzinfo=None)
    return format_time(value, format=_form(format), locale=locale_of(manner.language)).translate(SPACES)


def spoken_datetime(manner: Manner, value: Any, now: Any = None) -> str:
    """A day and a time, as near days are called: "tomorrow at 9:00 AM", "Monday at 9:00 AM".

    `now`: the date and time that days are counted from, or anything else where nothing is near.
    """
    from babel.dates import format_date, format_time, get_relative_name

    if isinstance(value, str):
        try:
            value = read_iso(datetime.datetime, plain(value))
        except ValueError:
            raise Refusal(messages.template_values.text_no_date()) from None
    if not isinstance(value, datetime.datetime):
        raise Refusal(messages.template_values.wants_date("spoken_datetime", kind(value)))
    locale = locale_of(manner.language)
    day = None
    if isinstance(now, datetime.datetime):
        if value.tzinfo is not None and now.tzinfo is not None:
            value = value.astimezone(now.tzinfo)
        days = (value.date() - now.date()).days
        day = get_relative_name("day", days, locale=locale)
        if day is None and 0 < days <= _NEAR:
            day = format_date(value, "EEEE", locale=locale)
    joined = locale.datetime_formats_relative.get("full") or locale.datetime_formats["full"]
    text = str(joined).replace("'", "")
    text = text.replace("{0}", format_time(value.time(), format="short", locale=locale))
    return text.replace("{1}", day or format_date(value, format="full", locale=locale)).translate(SPACES)


def spoken_duration(manner: Manner, value: Any) -> str:
    """A duration in seconds, or the difference of two times, in its two largest units: "1 hour, 23 minutes"."""
    from babel.units import format_unit

    seconds = value.total_seconds() if isinstance(value, datetime.timedelta) else value
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds < _LONGEST:
        raise Refusal(messages.template_values.wants_duration(kind(value)))
    locale, left = locale_of(manner.language), round(seconds)
    parts: list[str] = []
    for unit, length in _UNITS:
        count, rest = divmod(left, length)
        # A unit of none in the middle ends it: "1 day", not "1 day, 20 seconds".
        if (parts and not count) or len(parts) == 2:
            break
        if count or (unit == "second" and not parts):
            parts.append(format_unit(count, f"duration-{unit}", length="long", locale=locale))
        left = rest
    if len(parts) == 1:
        return parts[0].translate(SPACES)
    # Not `format_list`: of some languages Babel knows how two units are joined, but not more.
    joined = locale.list_patterns.get("unit", {}).get("2") or locale.list_patterns["standard"]["2"]
    return str(joined).format(*parts).translate(SPACES)
