"""Dates as they are said: "the twenty-third of May nineteen eighty", "May 23rd, 1980", "23/05/1980", "1980-05-23"."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from nccodsl.answers.speech_words import speech_words
from nccodsl.voice.locales import locale_of

_GLUE = frozenset(
    str.split(
        ". , / : of the st nd rd th in on and day year de del den der das dem am vom le la du il el do da em van het"
        " er e o a ème º ª 年 月 日 년 월 일"
    )
)
"""What stands between the parts of a date, and endings of ordinals."""
_SHORT = {"sept": 9}


@lru_cache(maxsize=32)
def _names(language: str) -> tuple[dict[str, int], frozenset[str]]:
    """The months of a language by their names, and the words of its weekdays."""
    locale = locale_of(language)
    months: dict[str, int] = dict(_SHORT)
    days: set[str] = set()
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in locale.months[context][width].items():
                words = speech_words(name, language)
                if len(words) == 1 and not words[0].isdigit():  # in some languages, months are numbers
                    months[words[0]] = number
            for name in locale.days[context][width].values():
                days.update(speech_words(name, language))
    return months, frozenset(day for day in days if not day.isdigit())


def months_in_full(text: str, language: str) -> str:
    """A text without abbreviated months, one of which is a number in French: `sept.`."""
    locale = locale_of(language)
    text = text.casefold()
    for number, name in locale.months["format"]["abbreviated"].items():
        if name.endswith("."):
            text = text.replace(f" {name.casefold()}", f" {locale.months['format']['wide'][number]}")
    return text


def date_parts(words: Sequence[str], language: str, order: str) -> tuple[str, str, str] | None:
    """Day, month and year in figures; a part that `order` does not have is empty.

    `order`: in which order figures alone are read, such as `dmy`. The year may have two figures.
    """
    months, weekdays = _names(language)
    kept = [word for word in words if word in months or (word not in _GLUE and word not in weekdays)]
    named = [at for at, word in enumerate(kept) if word in months]
    if any(not word.isdigit() for at, word in enumerate(kept) if at not in named):
        return None
    if not named:
        return _in_order(kept, order)
    if len(named) > 1:
        return None
    at = named[0]
    return _around(kept[:at], str(months[kept[at]]), kept[at + 1 :], order)


def _around(before: list[str], month: str, after: list[str], order: str) -> tuple[str, str, str] | None:
    """With the name of the month: the day is beside it, the year is the rest."""
    if "d" not in order:
        return ("", month, "".join(before + after)) if not before or not after else None
    if len(before) == 1 and len(before[0]) < 3:
        return before[0], month, "".join(after)
    if not before and after:
        return after[0], month, "".join(after[1:])
    return (after[0], month, "".join(before)) if len(after) == 1 else None


def _in_order(parts: list[str], order: str) -> tuple[str, str, str] | None:
    """Figures alone: a year of four figures may come first, whatever the order."""
    if len(parts) == len(order) and len(parts[0]) == 4:
        order = "".join(sorted(order, key="ymd".index))
    if len(parts) < len(order):
        return None
    found = {"d": "", "m": "", "y": ""}
    short = len(order) - 1
    if order[0] == "y":
        found["y"] = "".join(parts[:-short])
        rest = parts[-short:]
    else:
        found["y"] = "".join(parts[short:])
        rest = parts[:short]
    found.update(zip(order.replace("y", ""), rest, strict=True))
    return found["d"], found["m"], found["y"]
