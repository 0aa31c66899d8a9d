"""What a caller said as words and figures.

Recognizers write "twenty-three" or "23", and both may stand in one text. English words are read here. In Danish,
Dutch, French, German, Italian, Portuguese and Spanish, text2num reads them where it is installed (the extra `spoken`).
In all languages, figures are understood.
"""

from __future__ import annotations

import re
import unicodedata

from nccodsl.answers.english_numbers import numbers_in_figures

LONGEST = 200
"""Characters; the answer to one question is shorter."""
_PART = re.compile(r"[0-9]+|(?<=[0-9])[.,:/](?=[0-9])|(?<=[0-9])[年月日時时点點分년월일시분]|[^\W\d_]+|[$£€¥¢]")
_APOSTROPHES = str.maketrans("", "", "'’ʼ`")
_FIGURES_OF = frozenset({"da", "de", "es", "fr", "it", "nl", "pt"})
_NOISE = frozenset({"um", "uh", "uhm", "er", "erm", "hmm"})
_POLITE = frozenset(
    str.split(
        "a an and answer at be birth birthday born code date for i id is it its like my number ok okay on please sure"
        " thank thanks thats the this time was well would yeah yes you"
    )
)
"""English words around an answer that say nothing about it."""


def base_language(language: str) -> str:
    """`en` of `en-US`."""
    return language.replace("_", "-").split("-")[0].casefold()


def speech_words(text: str, language: str) -> list[str]:
    """Words in small letters, figures, and the marks `. , : /` between figures; empty where the text is too long."""
    if len(text) > LONGEST:
        return []
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_APOSTROPHES)
    folded = "".join(map(_plain_digit, folded))
    if len(folded) > 2 * LONGEST:
        return []
    base = base_language(language)
    if base != "en":
        return _PART.findall(_with_figures(folded, base))
    words = [word for word in _PART.findall(folded) if word not in _NOISE]
    return _bare(numbers_in_figures(words))


def _plain_digit(character: str) -> str:
    """A digit of any script as one of 0 to 9; one that has no decimal value says nothing."""
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    return " " if character.isdigit() else character


def _with_figures(text: str, base: str) -> str:
    if base not in _FIGURES_OF:
        return text
    try:
        from text_to_num import alpha2digit
    except ImportError:
        return text
    return str(alpha2digit(text, base, threshold=0))


def _bare(words: list[str]) -> list[str]:
    start, end = 0, len(words)
    while start < end and words[start] in _POLITE:
        start += 1
    while end > start and words[end - 1] in _POLITE:
        end -= 1
    return words[start:end]


def said_digits(words: list[str]) -> str | None:
    """The figures in a row; None where there are other words."""
    figures = [word for word in words if word not in (".", ",", "/", ":")]
    return "".join(figures) if figures and all(word.isdigit() for word in figures) else None
