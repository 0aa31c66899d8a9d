"""What judging hands back, and what stands in a draft document where a value is not known yet.

Owns: `Problem`, `Refused`, `Unknown`, `Onward`, `Choice`, `Draft`, `NumberedAction`. Does not own: any rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from nccodsl.base.record import Record
from nccodsl.diagnostics import Instead, Message, Removal

Path = tuple[str | int, ...]


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing()


class Problem(Record):
    """One finding. `path` leads from the document's root through JSON keys, indices, and for an action in a `Choice`
    through the choice's index, the alternative's and the index in it; the path of a missing member ends in its key.

    `at_key`: the finding is about the key. `replacement`: what can safely stand there instead of the value, or of the
    key when `at_key`; MISSING where there is no such fix.
    """

    code: str
    path: Path
    message: str
    help: str | None = None
    at_key: bool = False
    replacement: Any = MISSING

    @classmethod
    def of(cls, message: Message, path: Path = (), *, at_key: bool = False, replacement: object = MISSING) -> Problem:
        """The problem that a message is about something at `path`."""
        return cls(message.code, path, message.text, message.advice, at_key, replacement)

    @property
    def said(self) -> Message:
        """What it says, wherever it is."""
        return Message(self.code, self.message, self.help)

    @property
    def is_error(self) -> bool:
        return self.code[0] == "E"


class ValueRefused(ValueError):
    """A value that a rule does not let through. It comes from elsewhere: what to write instead stands in no file."""

    def __init__(self, said: Message) -> None:
        super().__init__(said.text)
        advice = said.advice
        if isinstance(advice, Removal) or (isinstance(advice, Instead) and advice.written is None):
            advice = None
        self.said = Message(said.code, said.text, None if advice is None else str(advice))

    @property
    def code(self) -> str:
        return self.said.code


class Unknown:
    """A value that is known when its part is rendered. It may come out as any value, or be left out.

    Stands as a value, an element, or a whole action. Meant to be subclassed.
    """

    __slots__ = ()


class Onward(Unknown):
    """In a draft's list of actions: it goes on elsewhere, and nothing behind this is played.

    `leads`: what comes there leads by talk and stream alone to an input; `more`: anything comes there.
    """

    __slots__ = ("leads", "more")

    def __init__(self, *, leads: bool, more: bool) -> None:
        self.leads = leads
        self.more = more


class Draft(dict[str, Any]):
    """An object of a draft some of whose keys are not judged: those that a script passes through with `raw=`."""

    raw_keys: frozenset[str] = frozenset()

    def known(self) -> dict[str, Any]:
        """The object as the rules between options see it: what is not judged is unknown."""
        return {**self, **dict.fromkeys(self.raw_keys & self.keys(), Unknown())} if self.raw_keys else self

    @classmethod
    def of(cls, members: dict[str, Any], raw_keys: Iterable[str]) -> Draft:
        draft = cls(members)
        draft.raw_keys = frozenset(raw_keys)
        return draft


class Choice(Record):
    """In a draft's list of actions: exactly one of the alternatives is played.

    An `if` without `else` has an empty alternative; a `for` is a choice of nothing and its body.
    """

    alternatives: tuple[list[Any], ...]


class NumberedAction(Record):
    """In a draft's list of actions: an action whose problems have the path (`number`, ...), wherever it stands."""

    number: int
    value: Any


def holds_unknown(value: object) -> bool:
    """Whether anything in the value is Unknown. Does not recurse."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, Unknown):
            return True
        if isinstance(item, dict):
            stack.extend(item.values())
        elif isinstance(item, list | tuple):
            stack.extend(item)
    return False
