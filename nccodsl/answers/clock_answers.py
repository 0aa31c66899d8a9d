"""Answers that are dates and times, in a form of digits that the script chooses."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from nccodsl.answers.answer_type import AnswerType, Limit, LimitError
from nccodsl.answers.speech_words import LONGEST, said_digits, speech_words
from nccodsl.answers.spoken_clock import seconds_of_day
from nccodsl.answers.spoken_dates import date_parts, months_in_full
from nccodsl.diagnostics.suggest import write

YEARS = range(1800, 2200)
"""A year outside of these is a slip of the finger."""
_WIDTHS = {"%d": 2, "%m": 2, "%Y": 4, "%y": 2, "%H": 2, "%M": 2, "%S": 2}
_LETTERS = {"%d": "DD", "%m": "MM", "%Y": "YYYY", "%y": "YY", "%H": "HH", "%M": "MM", "%S": "SS"}
_INSTEAD = {"%B": "%m", "%b": "%m", "%I": "%H", "%p": "%H", "%j": "%d%m", "%e": "%d", "%D": "%d", "%h": "%H"}


class _Form:
    """A format of digits, taken apart."""

    def __init__(self, name: str, limits: tuple[Limit, ...], allowed: tuple[str, ...], example: str) -> None:
        if len(limits) != 1 or not isinstance(limits[0], str):
            position = 0 if limits else None
            raise LimitError(f"`{name}` takes one format in quotes", write(f'{name}("{example}")'), position)
        text = limits[0]
        self.directives = tuple(_directives(text))
        for directive in self.directives:
            if directive not in allowed:
                raise LimitError(*_not_allowed(name, directive, allowed), 0)
            if self.directives.count(directive) > 1:
                raise LimitError(
                    f"`{directive}` stands twice in the format", f"write each of them once: `{example}`", 0
                )
        if not self.directives:
            raise LimitError("the format is empty", write(f'{name}("{example}")'), 0)

    @property
    def width(self) -> int:
        return sum(_WIDTHS[directive] for directive in self.directives)

    @property
    def shown(self) -> str:
        return "".join(_LETTERS[directive] for directive in self.directives)

    def parts(self, digits: str) -> dict[str, str] | None:
        """The digits of each directive."""
        if len(digits) != self.width or not (digits.isascii() and digits.isdigit()):
            return None
        found, at = {}, 0
        for directive in self.directives:
            found[directive] = digits[at : at + _WIDTHS[directive]]
            at += _WIDTHS[directive]
        return found


def _directives(text: str) -> Iterator[str]:
    """The directives of a format, and each other character for itself."""
    at = 0
    while at < len(text):
        length = 2 if text[at] == "%" else 1
        yield text[at : at + length]
        at += length


def _not_allowed(name: str, directive: str, allowed: tuple[str, ...]) -> tuple[str, str]:
    choice = ", ".join(f"`{one}`" for one in allowed)
    if directive[0] != "%" or len(directive) < 2:
        return f"`{directive}` cannot stand in the format of `{name}`", f"use only {choice}"
    better = _INSTEAD.get(directive)
    help = f"use `{better}`" if better and better[:2] in allowed else f"use only {choice}"
    return f"`{directive}` is not a part of a `{name}` that has a fixed number of digits", help


def _year(text: str) -> int:
    """Two figures are read as POSIX reads them: 69 to 99 are in the last century."""
    year = int(text)
    return year if len(text) == 4 else year + (1900 if year > 68 else 2000)


class _ClockAnswer(AnswerType):
    """An answer whose keys follow a form."""

    _ignored = frozenset({"form"})

    form: _Form

    def misfit(self) -> str:
        return "9" * self.most_digits

    def _written(self, moment: datetime.date | datetime.time) -> str:
        return "".join(moment.strftime(directive) for directive in self.form.directives)


class DateAnswer(_ClockAnswer):
    """A date; without `%d` in the format, the first day of the month."""

    def typed(self, digits: str) -> datetime.date | None:
        parts = self.form.parts(digits)
        if parts is None:
            return None
        return _date(parts.get("%d", ""), parts["%m"], parts.get("%Y") or parts["%y"])

    def said(self, text: str, language: str) -> datetime.date | None:
        if len(text) > LONGEST:
            return None
        words = speech_words(months_in_full(text, language), language)
        order = "".join(directive[1].lower() for directive in self.form.directives)
        if len(words) == 1 or all(len(word) == 1 for word in words):
            return self.typed(said_digits(words) or "")
        found = date_parts(words, language, order)
        if found is not None and (len(found[2]) == 4 or (len(found[2]) == 2 and "%y" in self.form.directives)):
            return _date(*found)
        return self.typed(said_digits(words) or "")

    def sample(self, n: int) -> str:
        first = (datetime.date(1980, 5, 23), datetime.date(2000, 2, 29), datetime.date(1999, 12, 31))
        moment = first[n] if 0 <= n < len(first) else datetime.date(1970, 1, 1) + datetime.timedelta(n * 7919 % 20_000)
        return self._written(moment)


def _date(day: str, month: str, year: str) -> datetime.date | None:
    if len(day) > 2 or len(month) > 2:
        return None
    number = _year(year)
    try:
        return datetime.date(number, int(month), int(day or "1")) if number in YEARS else None
    except ValueError:
        return None


def date_type(limits: tuple[Limit, ...]) -> AnswerType:
    form = _Form("date", limits, ("%d", "%m", "%Y", "%y"), "%d%m%Y")
    years = [directive for directive in form.directives if directive in ("%Y", "%y")]
    if len(years) != 1:
        message = "a date has one year, and the format has two" if years else "the format of a date needs a year"
        raise LimitError(message, "use one of `%Y` and `%y`" if years else "add `%Y`, or use `digits(4)`", 0)
    if "%m" not in form.directives:
        raise LimitError("the format of a date needs a month", "add `%m`", 0)
    order = "".join(directive[1].lower() for directive in form.directives)
    if 0 < order.index("y") < len(order) - 1:
        raise LimitError("the year stands between day and month", "write it first or last", 0)
    return DateAnswer("date", limits, "date", f"a date as {form.shown}", form.width, form.width, form)


class TimeAnswer(_ClockAnswer):
    """A time of day, by a clock of 24 hours."""

    def typed(self, digits: str) -> datetime.time | None:
        parts = self.form.parts(digits)
        if parts is None:
            return None
        hour, minute, second = (int(parts.get(directive, "0")) for directive in ("%H", "%M", "%S"))
        try:
            return datetime.time(hour, minute, second)
        except ValueError:
            return None

    def said(self, text: str, language: str) -> datetime.time | None:
        seconds = seconds_of_day(speech_words(text, language), language)
        if seconds is None:
            return None
        minutes, second = divmod(seconds, 60)
        hour, minute = divmod(minutes, 60)
        lost = (second and "%S" not in self.form.directives) or (minute and "%M" not in self.form.directives)
        return None if lost else datetime.time(hour, minute, second)

    def sample(self, n: int) -> str:
        first = (datetime.time(9, 30), datetime.time(0, 0), datetime.time(23, 59))
        moment = first[n] if 0 <= n < len(first) else datetime.time(n * 7 % 24, n * 11 % 60)
        return self._written(moment)

    def as_speech(self, digits: str) -> str:
        moment = self.typed(digits)
        return moment.isoformat() if moment is not None else digits


def time_type(limits: tuple[Limit, ...]) -> AnswerType:
    form = _Form("time", limits, ("%H", "%M", "%S"), "%H%M")
    if "%H" not in form.directives or ("%S" in form.directives and "%M" not in form.directives):
        missing = "%H" if "%H" not in form.directives else "%M"
        raise LimitError(f"the format of a time needs `{missing}`", write('time("%H%M")'), 0)
    return TimeAnswer("time", limits, "time", f"a time as {form.shown}", form.width, form.width, form)
