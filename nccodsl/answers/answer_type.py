"""What a typed answer is: from keys or words to a value, or to None where the answer does not fit."""

from __future__ import annotations

from nccodsl.base.record import Record

Limit = int | str | tuple[int, int]
"""One argument of a type: `4` is 4, `4..10` is (4, 10), `"%d%m%Y"` and `GB` are texts."""
MOST_KEYS = 20
"""As many keys as the platform collects for one input."""


class LimitError(ValueError):
    """A type or a limit that cannot be: `message` states it, `help` says what to write.

    `position` is the index of the limit that is wrong, or None where it is the name of the type or their number.
    A `help` that is an `Instead` replaces the whole type.
    """

    def __init__(self, message: str, help: str, position: int | None = None) -> None:
        super().__init__(f"{message}; {help}")
        self.message, self.help, self.position = message, help, position


class AnswerType(Record):
    """A type of answer.

    `name` and `limits`: as the script writes them. `value_type`: what the values are to the checker, as the type of a
    param is called: text, integer, number, date or time. `wants`: which answers fit, in words. `least_digits` and
    `most_digits`: how many keys an answer has.
    """

    name: str
    limits: tuple[Limit, ...]
    value_type: str
    wants: str
    least_digits: int
    most_digits: int

    def typed(self, digits: str) -> object | None:
        """The value of keys (digits and `*`); None where they do not fit."""
        raise NotImplementedError

    def said(self, text: str, language: str) -> object | None:
        """The value of what a caller said, as a recognizer wrote it down; None where it does not fit.

        `language`: as `input` writes it, such as `en-US`. The work is linear, and long texts do not fit.
        """
        raise NotImplementedError

    def sample(self, n: int) -> str:
        """Keys that fit. The first ones are at the limits; then they vary with `n`, which may be any number."""
        raise NotImplementedError

    def examples(self) -> tuple[str, ...]:
        """Different keys that fit: those at the limits."""
        return tuple(dict.fromkeys(self.sample(n) for n in range(3)))

    def misfit(self) -> str:
        """Keys that do not fit, no more of them than an answer has."""
        raise NotImplementedError

    def as_speech(self, digits: str) -> str:
        """A text that means the same to `said`, in any language, as keys that fit mean to `typed`."""
        return digits
