"""What judging a value collects, and the words in which a value is shown.

Owns: these. Does not own: any rule.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from nccodsl.base.record import Record
from nccodsl.diagnostics import Instead, Message, messages, nearest, write
from nccodsl.diagnostics.suggest import one_of
from nccodsl.voice import forms
from nccodsl.voice.catalogue import Option
from nccodsl.voice.problems import MISSING, Path, Problem, Unknown, holds_unknown

_MOST = 12


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

    def written(self, value: object, unit: str | None = None) -> str | None:
        """A value as the user would write it; None where only a rendering knows it."""
        if not self.manner.script:
            return None if holds_unknown(value) else json.dumps(value, ensure_ascii=False)
        match value:
            case bool() | int() | float():
                return json.dumps(value) + ("s" if unit == "s" and not isinstance(value, bool) else "")
            case str():
                return value if _is_word(value) else json.dumps(value, ensure_ascii=False)
            case list() | tuple():
                parts = [self.written(one) for one in value]
                return None if None in parts else f"[{', '.join(filter(None, parts))}]"
        return None

    def instead(self, value: object, unit: str | None = None, *, safe: bool = False) -> Instead | None:
        """Advice to write this value."""
        text = self.written(value, unit)
        return None if text is None else write(text, safe=safe)

    def near(self, value: object, known: Iterable[str]) -> str | None:
        """Advice to write the nearest of the known values, or one of the first."""
        known = tuple(known)
        hit = nearest(value, known) if isinstance(value, str) else None
        shown = list(filter(None, map(self.written, known)))
        if hit is not None:
            return self.instead(hit)
        return one_of(shown) if shown and len(shown) <= _MOST else None

    def report(self, message: Message, path: Path, *, at_key: bool = False, replacement: object = MISSING) -> None:
        self.append(Problem.of(message, path, at_key=at_key, replacement=replacement))


def _is_word(text: str) -> bool:
    """Whether a script can have the text without quotes."""
    parts = text.split("-")
    words = text.isascii() and not text[:1].isdigit() and all(f"_{part}".isidentifier() for part in parts)
    return words and all(parts) and text not in ("true", "false", "null")


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
    option: Option,
    value: object,
    wanted: str,
    path: Path,
    found: Findings,
    replacement: object = MISSING,
    help: str | None = None,
) -> Any:
    message = messages.values.wrong_type(found.say(option), wanted, describe(value), help)
    found.report(message, path, replacement=replacement)
    return value
