"""Answers of digits: texts of digits, whole numbers, numbers of cards, amounts of money."""

from __future__ import annotations

from collections.abc import Sequence

from nccodsl.answers.answer_type import MOST_KEYS, AnswerType, Limit, LimitError
from nccodsl.answers.speech_words import said_digits, speech_words
from nccodsl.answers.spoken_numbers import DECIMALS, said_amount, whole_number
from nccodsl.base.plural import counted
from nccodsl.diagnostics.suggest import write

_LARGEST = 10**15 - 1
"""Whole numbers up to this one are exact wherever JSON is read."""
_AMOUNT_DIGITS = 9
_CARD = (12, 19)


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _range(name: str, limits: tuple[Limit, ...], low: int, high: int, whole: str) -> tuple[int, int]:
    """The range of the only limit; `whole` says what it must lie in."""
    if not limits:
        return low, high
    if len(limits) > 1:
        raise LimitError(f"`{name}` takes one limit, not {len(limits)}", f"write one range such as `{name}(4..10)`", 1)
    limit = limits[0]
    ends = (limit, limit) if isinstance(limit, int) else limit
    if not isinstance(ends, tuple) or any(type(end) is not int for end in ends):
        raise LimitError(f"the limit of `{name}` must be a range", f"write `{name}(4..10)`", 0)
    least, most = ends
    if least > most:
        raise LimitError(f"the range {least}..{most} is empty", write(f"{name}({most}..{least})"), 0)
    if least < low or most > high:
        raise LimitError(f"the limits of `{name}` must be {whole}", f"write a range within {low}..{high}", 0)
    return least, most


class DigitsAnswer(AnswerType):
    """So many digits; the value is their text."""

    def typed(self, digits: str) -> str | None:
        return digits if _is_digits(digits) and self.least_digits <= len(digits) <= self.most_digits else None

    def said(self, text: str, language: str) -> str | None:
        return self.typed(said_digits(speech_words(text, language)) or "")

    def sample(self, n: int) -> str:
        least, most = self.least_digits, self.most_digits
        length = (least, most)[n] if 0 <= n < 2 else least + n % (most - least + 1)
        return "".join(str((at + n) % 10) for at in range(1, length + 1))

    def misfit(self) -> str:
        return "1" * (self.least_digits - 1) or "*"


def digits_type(limits: tuple[Limit, ...]) -> AnswerType:
    least, most = _range("digits", limits, 1, MOST_KEYS, f"1 to {MOST_KEYS} digits")
    wants = counted(least, "digit") if least == most else f"{least} to {most} digits"
    return DigitsAnswer("digits", limits, "text", wants, least, most)


class IntegerAnswer(AnswerType):
    """A whole number from `low` to `high`."""

    low: int
    high: int

    def typed(self, digits: str) -> int | None:
        if not _is_digits(digits) or len(digits) > MOST_KEYS:
            return None
        value = int(digits)
        return value if self.low <= value <= self.high else None

    def said(self, text: str, language: str) -> int | None:
        return self.typed(whole_number(speech_words(text, language), language) or "")

    def sample(self, n: int) -> str:
        return str((self.low, self.high)[n] if 0 <= n < 2 else self.low + n * 7919 % (self.high - self.low + 1))

    def misfit(self) -> str:
        above = str(self.high + 1)
        if len(above) <= self.most_digits:
            return above
        return str(self.low - 1) if self.low else "*"


def integer_type(limits: tuple[Limit, ...]) -> AnswerType:
    low, high = _range("integer", limits, 0, _LARGEST, f"whole numbers from 0 to {_LARGEST}")
    wants = f"a whole number from {low} to {high}" if limits else "a whole number"
    if low == high:
        wants = f"the number {low}"
    return IntegerAnswer("integer", limits, "integer", wants, len(str(low)), len(str(high)), low, high)


class LuhnAnswer(DigitsAnswer):
    """The number of a card, whose last digit is a check digit; the value is its text."""

    def typed(self, digits: str) -> str | None:
        fitting = super().typed(digits)
        return fitting if fitting is not None and check_sum(fitting) == 0 else None

    def sample(self, n: int) -> str:
        length = (16, 15, *range(_CARD[0], _CARD[1] + 1))[n % (_CARD[1] - _CARD[0] + 3)]
        body = "4" + str(abs(n) * 7919).zfill(length - 2)[-(length - 2) :]
        return body + str(-check_sum(body + "0") % 10)

    def misfit(self) -> str:
        return "4242424242424241"


def check_sum(digits: str) -> int:
    """The last digit of the sum by which cards are checked (ISO/IEC 7812, after Luhn): 0 in a right number."""
    doubled = (int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10


def luhn_type(limits: tuple[Limit, ...]) -> AnswerType:
    no_limits("luhn", limits)
    return LuhnAnswer("luhn", limits, "text", "a card number of 12 to 19 digits", *_CARD)


class AmountAnswer(AnswerType):
    """An amount of money with up to two decimals; the value is a whole number, or one with decimals.

    Not a decimal number of Python, which neither the saved state of a call nor JSON can hold.
    """

    def typed(self, digits: str) -> int | float | None:
        whole, star, part = digits.partition("*")
        if star and not part:
            return None
        return self._value(whole or "0", part) if whole or part else None

    def said(self, text: str, language: str) -> int | float | None:
        found = said_amount(speech_words(text, language), language)
        return self._value(*found) if found is not None else None

    def _value(self, whole: str, part: str) -> int | float | None:
        if (
            not _is_digits(whole)
            or len(whole) > _AMOUNT_DIGITS
            or len(part) > DECIMALS
            or (part and not _is_digits(part))
        ):
            return None
        value = float(f"{whole}.{part or '0'}")
        return int(value) if value.is_integer() else value

    def sample(self, n: int) -> str:
        first: Sequence[str] = ("12*50", "7", "0*05")
        return first[n] if 0 <= n < len(first) else f"{abs(n) * 7919 % 10_000}*{abs(n) % 100:02}"

    def misfit(self) -> str:
        return "1*2*3"

    def as_speech(self, digits: str) -> str:
        return digits.replace("*", ".")


def amount_type(limits: tuple[Limit, ...]) -> AnswerType:
    no_limits("amount", limits)
    wants = "an amount, with `*` as the decimal point"
    return AmountAnswer("amount", limits, "number", wants, 1, _AMOUNT_DIGITS + 1 + DECIMALS)


def no_limits(name: str, limits: tuple[Limit, ...]) -> None:
    """Refuse limits of a type that takes none."""
    if limits:
        raise LimitError(f"`{name}` takes no limits", write(name), 0)
