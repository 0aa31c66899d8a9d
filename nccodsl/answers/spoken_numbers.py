"""Whole numbers and amounts of money, as they are said and written down."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from nccodsl.answers.speech_words import base_language, speech_words
from nccodsl.voice.locales import locale_of

_POINTS = frozenset({"point", "dot", "komma", "comma", "coma", "virgule", "vírgula", "virgola"})
_JOINS = frozenset({"and", "with", "und", "et", "y", "con", "e", "en", "og"})
_MAJOR = frozenset(str.split("$ £ € ¥ dollar buck bucks pound quid euro eur usd gbp sterling"))
_MINOR = frozenset(
    str.split("¢ cent cents penny pence p centime centimes céntimo céntimos centavo centavos centesimi rappen öre øre")
)
_CURRENCIES = str.split("AUD BRL CAD CHF CZK DKK EUR GBP HUF INR JPY KRW MXN NOK NZD PLN SEK USD ZAR")
DECIMALS = 2


def whole_number(words: Sequence[str], language: str) -> str | None:
    """The figures of one whole number: in one piece, in groups of three, or said one by one."""
    if not words:
        return None
    if all(len(word) == 1 and word.isdigit() for word in words):
        return "".join(words)
    mark = _group_mark(language)
    if mark:
        parts, marks = words[0::2], words[1::2]
        if any(one != mark for one in marks) or len(parts) != len(marks) + 1:
            return None
    else:
        parts = words
    if not all(part.isdigit() for part in parts):
        return None
    if len(parts) > 1 and (len(parts[0]) > 3 or any(len(part) != 3 for part in parts[1:])):
        return None
    return "".join(parts)


def _group_mark(language: str) -> str:
    """What stands between groups of three figures; empty for a space."""
    if base_language(language) == "en":
        return ","
    mark = str(locale_of(language).number_symbols.get("latn", {}).get("group", ","))
    return mark if mark in (".", ",") else ""


@lru_cache(maxsize=32)
def _currency_words(language: str) -> frozenset[str]:
    """The words of the names of currencies: of "12 dollars des États-Unis", the last three."""
    from babel.numbers import get_currency_name

    locale, words = locale_of(language), set(_MAJOR)
    for code in _CURRENCIES:
        for count in (1, 2, 10):
            words.update(speech_words(get_currency_name(code, count, locale), language))
    return frozenset(word for word in words if not word.isdigit()) - _MINOR


def said_amount(words: Sequence[str], language: str) -> tuple[str, str] | None:
    """The figures before and behind the decimal point: of "twelve pounds fifty", ("12", "50")."""
    kept: list[str] = []
    for word in words:
        kind = _kind(word, language)
        if kind != "join" and not (kind == "major" and kept[-1:] == ["major"]):
            kept.append(kind)
    if kept[:1] == ["major"]:  # "$12.50"
        return None if "major" in kept[1:] or "minor" in kept else _decimal(kept[1:], language)
    if kept[-1:] == ["minor"]:
        return _with_minor(kept[:-1], language)
    if "major" not in kept:
        return _decimal(kept, language)
    at = kept.index("major")
    if at == len(kept) - 1:
        return _decimal(kept[:at], language)
    return _two_parts(kept[:at], kept[at + 1 :], language)


def _kind(word: str, language: str) -> str:
    """`major`, `minor` or `join`; a point for its names; any other word as it is."""
    if word.isdigit():
        return word
    if word in _MINOR or word in _JOINS or word in _POINTS:
        return "minor" if word in _MINOR else "join" if word in _JOINS else "."
    return "major" if word in _currency_words(language) else word


def _with_minor(kept: list[str], language: str) -> tuple[str, str] | None:
    """An amount that ends with cents."""
    if "major" in kept:
        at = kept.index("major")
        return _two_parts(kept[:at], kept[at + 1 :], language)
    cents = whole_number(kept, language)
    return ("0", cents.zfill(DECIMALS)) if cents is not None and len(cents) <= DECIMALS else None


def _two_parts(units: list[str], cents: list[str], language: str) -> tuple[str, str] | None:
    whole, part = whole_number(units, language), whole_number(cents, language)
    if whole is None or part is None or len(part) > DECIMALS:
        return None
    return whole, part.zfill(DECIMALS)


def _decimal(words: list[str], language: str) -> tuple[str, str] | None:
    """A number with or without decimals; the last mark is a decimal one unless three figures follow it."""
    marks = [at for at, word in enumerate(words) if word in (".", ",")]
    if marks:
        at = marks[-1]
        part = "".join(words[at + 1 :])
        if part.isdigit() and len(part) <= DECIMALS:
            whole = whole_number(words[:at], language) if at else "0"
            return (whole, part) if whole is not None else None
    whole = whole_number(words, language)
    return (whole, "") if whole is not None else None
