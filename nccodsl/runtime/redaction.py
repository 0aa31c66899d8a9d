"""What a history may not hold: private values, what is made of them, and answers that are compared with them. Pure.

A value that is left out leaves a `Withheld` behind, which says what type it had.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from nccodsl.analysis.built_in_names import OF_THE_CALL
from nccodsl.analysis.item_walks import every_item, holes_of, own_holes
from nccodsl.analysis.private import made_of, makers_of
from nccodsl.analysis.program import Hole, Program, WaitItem, holes_in
from nccodsl.analysis.shapes import has_private
from nccodsl.base.record import Record
from nccodsl.lowering.blocks import Wait
from nccodsl.runtime.match import Heard
from nccodsl.runtime.runnable import Runnable
from nccodsl.templates import Template

PRIVATE, LARGE = "private", "large"
SHORTEST = 3
"""Characters of a private text that is looked for in other texts; shorter ones would be found everywhere."""
LARGEST_VALUE = 2048
"""Bytes of JSON that one value may take in a history."""
_DIGITS = 6
_HEARD = Heard().bound().keys()
_HEARD_PERHAPS = _HEARD | {"matched", "value"}
_NO_DIGIT = re.compile(r"\D+")


class Withheld(Record):
    """Stands for a value that is not in the history: its type in JSON or of Python's dates, and why it is not there."""

    kind: str
    why: str = PRIVATE


class Private:
    """What of one script is private. `names`: no value of theirs is recorded; `waits`: no answer to them is.

    `answers`: nor what these fetches bring.

    `reads`: which of `caller`, `callee` and `call` the script reads; the others, `unread`, are not recorded.
    """

    def __init__(self, script: Runnable) -> None:
        program = script.flow.program
        self.names = compared_with(program, script.flow.private_names)
        self.waits = frozenset(
            block.name
            for block in script.flow.blocks.values()
            if isinstance(block.transition, Wait) and _is_private(block.transition.item, self.names)
        )
        self.answers = frozenset(
            block.name for block in script.blocks.values() if block.ask is not None and has_private(block.ask.shape)
        )
        used = {use.name for hole in holes_of_program(program) for use in hole.code.names}
        self.reads = frozenset(OF_THE_CALL) & used - script.hidden
        self.unread = frozenset(OF_THE_CALL) - self.reads


def compared_with(program: Program, private: frozenset[str]) -> frozenset[str]:
    """These names, what is made of them, and what callers bring that meets them in an expression.

    What a caller has brought may come there by other names, such as one that was `set`, and from a dialog.
    """
    if not private:
        return private
    items = list(every_item(program.steps, program.handlers))
    brought = {item.binding for item in items if isinstance(item, WaitItem) and item.binding is not None}
    meeting = {used for item in items for hole in own_holes(item) for used in _used_together(hole)}
    found = private
    while True:
        more = set(found)
        met = {name for used in meeting if used & found for name in used - found}
        more |= makers_of(program, met) & brought
        more |= {
            item.binding
            for item in items
            if isinstance(item, WaitItem) and item.binding is not None and _is_private(item, found)
        }
        made = made_of(program, more)
        if made == found:
            return found
        found = made


def _used_together(hole: Hole) -> Iterator[frozenset[str]]:
    """The names of each expression of a hole; those of a text with statements may all meet."""
    pieces = hole.code.pieces if isinstance(hole.code, Template) else None
    codes = [piece for piece in pieces if not isinstance(piece, str)] if pieces is not None else [hole.code]
    return (frozenset(use.name for use in code.names) for code in codes)


def _is_private(item: WaitItem, names: frozenset[str]) -> bool:
    """Whether what is answered to a wait says something of private values. What a fetch brings is searched instead."""
    if item.what == "fetch":
        return False
    matches = holes_in([match for case in item.cases for match in case.matches])
    return item.binding in names or any(use.name in names for hole in matches for use in hole.code.names)


def holes_of_program(program: Program) -> Iterator[Hole]:
    """Every template of a script but those of its `call` block and its tests."""
    for parameter in program.parameters.values():
        yield from holes_in(parameter.default)
    for let in program.lets:
        yield from holes_in(let.value)
    for item in every_item(program.steps, program.handlers):
        yield from holes_of(item)


class Redactor:
    """Takes private values out of what is recorded of one call. `secrets` are these values."""

    def __init__(self, secrets: Iterable[object]) -> None:
        texts = {text.casefold() for value in secrets for text in _texts(value)}
        self._texts = tuple(text for text in texts if len(text) >= SHORTEST)
        numbers = {_NO_DIGIT.sub("", text) for text in self._texts}
        self._digits = tuple(number for number in numbers if len(number) >= _DIGITS)

    def clean(self, value: object) -> object:
        """The value without what is private, and bounded: what takes more than `LARGEST_VALUE` is withheld."""
        cleaned = self._cleaned(value) if self._texts else value
        return Withheld(kind_of(cleaned), LARGE) if _size(cleaned, LARGEST_VALUE) > LARGEST_VALUE else cleaned

    def _cleaned(self, value: object) -> object:
        if isinstance(value, str):
            return Withheld("text") if self._found(value) else value
        if isinstance(value, Mapping):
            if any(self._found(str(name)) for name in value):
                return Withheld("map")
            return {name: self._cleaned(one) for name, one in value.items()}
        if isinstance(value, list | tuple):
            return [self._cleaned(one) for one in value]
        if value is None or isinstance(value, bool | Withheld):
            return value
        return Withheld(kind_of(value)) if self._found(str(value)) else value

    def _found(self, text: str) -> bool:
        folded = text.casefold()
        if any(secret in folded for secret in self._texts):
            return True
        digits = _NO_DIGIT.sub("", text) if self._digits else ""
        return any(number in digits for number in self._digits)


def withheld(value: object, why: str = PRIVATE) -> object:
    """What stands for a value; that it is missing is not private, nor that it came back from an `input`."""
    if isinstance(value, Mapping) and _HEARD <= value.keys() <= _HEARD_PERHAPS:
        return {name: withheld(one, why) for name, one in value.items()}
    return value if value is None else Withheld(kind_of(value), why)


def kind_of(value: object) -> str:
    """The type of a value as a history names it."""
    match value:
        case Withheld(kind):
            return kind
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case Mapping():
            return "map"
        case list() | tuple():
            return "list"
        case datetime.datetime():
            return "datetime"
        case datetime.date():
            return "date"
        case datetime.time():
            return "time"
        case datetime.timedelta():
            return "duration"
        case _:
            return "text"


def _texts(value: object) -> Iterator[str]:
    """The texts inside a private value. How sure a recognizer was, and yes or no, would be found everywhere."""
    if isinstance(value, Mapping):
        for name, one in value.items():
            if name != "confidence":
                yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
    elif value is not None and not isinstance(value, bool | Withheld):
        yield str(value)


def _size(value: Any, most: int) -> int:
    """About how many bytes of JSON a value takes; counting ends where it is more than `most`."""
    size = 0
    todo = [value]
    while todo and size <= most:
        one = todo.pop()
        if isinstance(one, str):
            size += 2 + len(one) if one.isascii() else 2 + len(one.encode("utf-8", "surrogatepass"))
        elif isinstance(one, Mapping):
            todo += [*one, *one.values()]
            size += 2 * len(one)
        elif isinstance(one, list | tuple):
            todo += one
            size += len(one)
        else:
            size += 8
    return size
