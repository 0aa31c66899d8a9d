"""Where a habit of another language stands, and what is found of it."""

from __future__ import annotations

import re
from collections.abc import Callable

from lark import Token

from nccodsl.base.record import Record
from nccodsl.base.source import SourceFile, Span
from nccodsl.diagnostics import Edit, Message

Edits = tuple[Edit, ...]


class HabitPlace(Record):
    """Where parsing stopped: the file, the offset, what stands before it on its line and behind it."""

    file: SourceFile
    at: int
    before: str
    rest: str
    wanted: frozenset[str]

    def edit(self, start: int, end: int, text: str) -> Edit:
        """Write `text` for what stands from `start` to `end`, counted from the place."""
        return Edit(Span(self.file.base + self.at + start, self.file.base + self.at + end), text)

    def token(self, terminal: str, text: str = "", start: int = 0, end: int | None = None) -> Token:
        """A token for the parser in the place of what stands from `start` to `end`."""
        begin = self.at + start
        return Token(terminal, text, begin, 1, 1, 1, 1, begin if end is None else self.at + end)


class HabitFound(Record):
    """What to say, and of how many characters.

    Parsing goes on `skip` characters behind the place; `tokens` take the place of what is skipped. `drop`: so many
    tokens before the place go.
    """

    said: Message
    length: int
    skip: int = 0
    tokens: tuple[Token, ...] = ()
    drop: int = 0


Habit = tuple[re.Pattern[str], Callable[[HabitPlace, re.Match[str]], HabitFound | None]]
