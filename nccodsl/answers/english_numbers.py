"""English number words to figures: "twenty-three" is 23, "one hundred and five" is 105, "double oh" is 0 0.

Libraries for this (text2num, word2number) read whole numbers in running text. What callers say is different: figures
one by one, "double seven", "oh", years such as "nineteen oh five". So numbers that are said apart stay apart, and what
reads digits, a year or a time joins them. One pass, whatever the text.
"""

from __future__ import annotations

from collections.abc import Sequence

_UNITS = dict(zip(str.split("one two three four five six seven eight nine"), range(1, 10), strict=True))
_TEENS = dict(
    zip(
        str.split("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"),
        range(10, 20),
        strict=True,
    )
)
_TENS = dict(
    zip(str.split("twenty thirty forty fifty sixty seventy eighty ninety"), range(20, 100, 10), strict=True), fourty=40
)
_ORDINALS = {
    **dict(zip(str.split("first second third fourth fifth sixth seventh eighth ninth"), range(1, 10), strict=True)),
    **{f"{word}th": value for word, value in _TEENS.items()},
    "twelfth": 12,
    **{f"{word[:-1]}ieth": value for word, value in _TENS.items()},
}
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
_ZEROS = frozenset({"zero", "oh", "o", "nought", "naught"})
_REPEATS = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4}
_SMALL = _UNITS | _TEENS | _TENS
ORDINAL = "th"
"""The word that is put behind the figures of an ordinal."""


class _Reader:
    """Reads words one by one. `group` is what has been said below a thousand of the number that is being read."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.total = self.group = 0
        self.scale = 10**12
        self.last = ""

    def end(self) -> None:
        """The number that is being read, if any, is complete."""
        if self.last:
            self.out.append(str(self.total + self.group))
        self.total = self.group = 0
        self.scale = 10**12
        self.last = ""

    def small(self, value: int, alone: bool) -> None:
        """A number below a hundred. `alone`: figures follow that are said one by one, to which it belongs."""
        kind = "unit" if value < 10 else "teen" if value < 20 else "tens"
        joins = (self.last == "tens" and kind == "unit") or self.last == "and"
        if not joins and not (self.last in ("hundred", "scale") and not alone):
            self.end()
        self.group += value
        self.last = kind

    def hundred(self) -> None:
        if self.last not in ("unit", "teen", "tens") or self.group > 99:
            self.end()
            self.group = 1
        self.group *= 100
        self.last = "hundred"

    def thousands(self, scale: int) -> None:
        if not self.group or scale >= self.scale:
            self.end()
            self.group = 1
        self.total += self.group * scale
        self.group, self.scale, self.last = 0, scale, "scale"


def numbers_in_figures(words: Sequence[str]) -> list[str]:
    """The words with figures for each number. Behind those of an ordinal stands ORDINAL."""
    reader = _Reader()
    for at, word in enumerate(words):
        following = words[at + 1] if at + 1 < len(words) else ""
        if word in _REPEATS:
            reader.end()
            reader.out.append(word)
        elif reader.out and reader.out[-1] in _REPEATS and not reader.last and (figure := _figure(word)):
            reader.out[-1:] = [figure] * _REPEATS[reader.out[-1]]
        elif word in _SMALL:
            reader.small(_SMALL[word], word in _UNITS and (following in _UNITS or following in _ZEROS))
        elif word in _ORDINALS:
            reader.small(_ORDINALS[word], False)
            reader.end()
            reader.out.append(ORDINAL)
        elif word == "hundred":
            reader.hundred()
        elif word in _SCALES:
            reader.thousands(_SCALES[word])
        elif word == "and" and reader.last in ("hundred", "scale") and (following in _SMALL or following in _ORDINALS):
            reader.last = "and"
        elif word in ("a", "an") and (following == "hundred" or following in _SCALES) and not reader.last:
            continue
        elif word.isdigit() and len(word) < 4 and (following == "hundred" or following in _SCALES):
            reader.end()
            reader.group, reader.last = int(word), "unit"
        else:
            reader.end()
            reader.out.append("0" if word in _ZEROS else word)
    reader.end()
    return reader.out


def _figure(word: str) -> str:
    """The figure that a word says, or an empty text."""
    if word in _ZEROS:
        return "0"
    if word in _UNITS:
        return str(_UNITS[word])
    return word if word.isdigit() and len(word) == 1 else ""
