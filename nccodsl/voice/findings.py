"""What judging a value collects, and the words in which a value is shown.

Owns: these. Does not own: any rule.
"""

from __future__ import annotations

from typing import Any

from nccodsl.base.record import Record
from nccodsl.diagnostics import Message, messages
from nccodsl.voice import forms
from nccodsl.voice.catalogue import Option
from nccodsl.voice.problems import MISSING, Path, Problem, Unknown


class TextManner(Record):
    """How to judge. `ssml`: text that begins with <speak too.

    `script` stands for the language, which is more generous than JSON about how a value is written: a number stands for
    its digits, a value for its list of one. Options are then called by their names in a script.
    """

    script: bool = False
    ssml: bool = True

    def say(self, option: Option) -> str:
        """The option's name as the user wrote it."""
        return option.name if self.script else ".".join(option.path)


class Findings(list[Problem]):
    """Collects problems of one value."""

    __slots__ = ("manner",)

    def __init__(self, manner: TextManner) -> None:
        super().__init__()
        self.manner = manner

    def say(self, option: Option) -> str:
        """The option's name as the user wrote it."""
        return self.manner.say(option)

    def report(self, message: Message, path: Path, *, at_key: bool = False, replacement: object = MISSING) -> None:
        self.append(Problem.of(message, path, at_key=at_key, replacement=replacement))


def describe(value: object) -> str:
    """The value for a message: short, in JSON's notation."""
    if isinstance(value, str):
        return forms.quote(value)
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int | float) or is_decimal(value):
        return shown if len(shown := digits_of(value)) <= 40 else "a number of many digits"
    return "an object" if isinstance(value, dict) else "a list" if isinstance(value, list | tuple) else "something else"


def is_decimal(value: object) -> bool:
    if value is None or isinstance(value, str | int | float | dict | list | tuple | Unknown):
        return False
    from decimal import Decimal  # rare, and slow to import

    return isinstance(value, Decimal)


def digits_of(value: Any) -> str:
    if isinstance(value, int):
        return str(value) if value.bit_length() < 400 else "9" * 41
    return f"{value:g}" if isinstance(value, float) and not value.is_integer() else str(value)


def wrong_type(
    option: Option, value: object, wanted: str, path: Path, found: Findings, replacement: object = MISSING
) -> Any:
    message = messages.values.wrong_type(found.say(option), wanted, describe(value))
    found.report(message, path, replacement=replacement)
    return value
