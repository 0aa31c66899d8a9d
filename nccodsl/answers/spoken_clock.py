"""Times of day as they are said: "half past nine", "nine thirty pm", "quarter to five", "noon", "21:30"."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from nccodsl.answers.speech_words import base_language
from nccodsl.voice.locales import locale_of

_HALF_DAY, _DAY = 12 * 60, 24 * 60
_AM, _PM = range(_HALF_DAY), range(_HALF_DAY, _DAY)
_NIGHT = range(18 * 60, 30 * 60)
"""Minutes from midnight; behind a day they are those of the next."""
_PHRASES: dict[str, range] = {
    "morning": _AM,
    "afternoon": _PM,
    "evening": range(15 * 60, _DAY),
    "night": _NIGHT,
    "tonight": _NIGHT,
    "a m": _AM,
    "p m": _PM,
    "am": _AM,
    "pm": _PM,
}
_GLUE = frozenset(str.split(": . , at in the this exactly minute minutes um à a las la alle às om kl"))
_HOUR_WORDS = frozenset(str.split("oclock hours hour uhr heures heure h horas hora ore uur 時 时 点 點 시"))
_MINUTE_ENDS = frozenset({"分", "분"})
_PAST = frozenset({"past", "after"})
_TO = frozenset({"to", "till", "until", "before", "of"})
_NOON = range(_HALF_DAY, _HALF_DAY + 60)
_FIXED = {"noon": _NOON, "midday": _NOON, "midnight": range(60)}


@lru_cache(maxsize=32)
def _periods(language: str) -> tuple[tuple[str, range], ...]:
    """What halves of the day are called, the longest names first."""
    if base_language(language) == "en":
        found = dict(_PHRASES)
    else:
        names = locale_of(language).day_periods["format"]
        found = {}
        for width in ("wide", "abbreviated"):
            for period, minutes in (("am", _AM), ("pm", _PM)):
                if name := names.get(width, {}).get(period):
                    plain = str(name).casefold().replace(".", " ")
                    found[" ".join(plain.split())] = minutes
    return tuple(sorted(found.items(), key=lambda item: -len(item[0])))


def seconds_of_day(words: Sequence[str], language: str) -> int | None:
    """The time in seconds from midnight; without "am" or "pm" it is read as a clock of 24 hours shows it."""
    kept, period = _without_period(words, language)
    if base_language(language) == "en":
        kept, named = _named_hours(kept)
        if named is not None and period is not None:
            return None
        period = period or named
    kept = [word for word in kept if word not in _GLUE and word not in _MINUTE_ENDS]
    turn = next((at for at, word in enumerate(kept) if word in _PAST or word in _TO), None)
    if turn is not None:
        minutes = _relative(kept[:turn], kept[turn], kept[turn + 1 :], period)
        return minutes * 60 if minutes is not None else None
    if kept[:1] == ["half"]:  # "half nine", as it is said in Britain
        minutes = _relative(["half"], "past", kept[1:], period)
        return minutes * 60 if minutes is not None else None
    shown = _shown(kept)
    if shown is None:
        return None
    hour, minute, second = shown
    placed = _placed(hour, minute, period)
    return placed * 60 + second if placed is not None else None


def _without_period(words: Sequence[str], language: str) -> tuple[list[str], range | None]:
    text = f" {' '.join(words)} "
    for name, minutes in _periods(language):
        before, found, after = text.partition(f" {name} ")
        if found:
            return [*before.split(), *after.split()], minutes
    return list(words), None


def _named_hours(words: list[str]) -> tuple[list[str], range | None]:
    """Noon and midnight are a 12 whose half of the day is known; "twelve noon" is said as well."""
    at = next((at for at, word in enumerate(words) if word in _FIXED), None)
    if at is None:
        return words, None
    before = words[:at]
    if before[-1:] == ["12"]:
        before.pop()
    return [*before, "12", *words[at + 1 :]], _FIXED[words[at]]


def _relative(before: list[str], turn: str, after: list[str], period: range | None) -> int | None:
    """Minutes past or to an hour."""
    before = ["15" if word == "quarter" else "30" if word == "half" else word for word in before]
    after = [word for word in after if word not in _HOUR_WORDS]
    if len(before) != 1 or len(after) != 1 or not (before[0] + after[0]).isdigit():
        return None
    minute, hour = int(before[0]), int(after[0])
    if not 0 < minute < 60 or not 0 < hour < 13:
        return None
    sign = 1 if turn in _PAST else -1
    if period is not None and len(period) == 60:  # of noon and midnight
        return (period.start + sign * minute) % _DAY
    if period is None:
        return (hour if hour > 1 or sign > 0 else 13) * 60 + sign * minute
    return _within([(hour % 12 + half) * 60 + sign * minute for half in (0, 12)], period)


def _within(candidates: Sequence[int], period: range) -> int | None:
    """The only one of the candidates in a half of the day."""
    fitting = [minutes % _DAY for minutes in candidates if minutes % _DAY in period or minutes % _DAY + _DAY in period]
    return fitting[0] if len(fitting) == 1 else None


def _placed(hour: int, minute: int, period: range | None) -> int | None:
    """Minutes of the day; None where hour and half of the day contradict each other."""
    if hour > 23 or minute > 59:
        return None
    if period is None:
        return hour * 60 + minute
    hours = (hour % 12, hour % 12 + 12) if hour < 13 else (hour,)
    return _within([one * 60 + minute for one in hours], period)


def _shown(words: list[str]) -> tuple[int, int, int] | None:
    """Hour, minute and second of figures: `9 30`, `930`, `9 0 5`, `2 1 3 0`, `9 Uhr 5`."""
    named = next((at for at, word in enumerate(words) if word in _HOUR_WORDS), None)
    if named is not None:
        hours, minutes = words[:named], [word for word in words[named + 1 :] if word not in _HOUR_WORDS]
        if len(minutes) == 1 and len(minutes[0]) < 3 and minutes[0].isdigit():
            minutes = [minutes[0].zfill(2)]
        words = hours + minutes
    if not words or not all(word.isdigit() for word in words):
        return None
    if len(words) == 3 and words[1] == "0" and len(words[2]) == 1:
        words = [words[0], words[1] + words[2]]
    elif len(words) > 2 and all(len(word) == 1 for word in words):
        words = ["".join(words)]
    elif len(words) > 1 and words[0] == "0" and len(words[1]) == 1:
        words = ["0" + words[1], *words[2:]]
    if len(words) == 1 and len(words[0]) in (3, 4):
        words = [words[0][:-2], words[0][-2:]]
    if len(words) > 3 or len(words[0]) > 2 or any(len(word) != 2 for word in words[1:]):
        return None
    hour, minute, second = (*map(int, words), 0, 0)[:3]
    return (hour, minute, second) if second < 60 else None
