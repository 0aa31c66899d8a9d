"""`--params`: what varies between documents, and what is plainly a placeholder, becomes a parameter.

Owns: merging documents, the types and names of the parameters, and the values that each document has for them.
Does not own: what a placeholder looks like (placeholders), where texts differ (words).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from nccodsl.base.phone import NotAPhoneNumber, digits, is_phone
from nccodsl.base.record import Record
from nccodsl.decompiler.literals import NOWHERE, name
from nccodsl.decompiler.param_holes import Filled, ParamHole, name_for
from nccodsl.decompiler.placeholders import placeholder_at
from nccodsl.decompiler.slots import is_structural, slots
from nccodsl.decompiler.words import aligned
from nccodsl.diagnostics import messages
from nccodsl.syntax import ast
from nccodsl.voice.catalogue import Option
from nccodsl.voice.problems import MISSING, Path
from nccodsl.voice.text_rules import PHONES

_TYPES = {"integer": "integer", "number": "number", "boolean": "boolean", "url": "url", "webhook": "url"}
_TYPES |= dict.fromkeys(PHONES, "phone")


class DifferentShapes(Exception):
    """Two documents cannot become one script: `number` (from 0) differs from the first at `path`."""

    def __init__(self, number: int, path: Path, how: str) -> None:
        super().__init__(how)
        self.number = number
        self.path = path


class Parameterised(Record):
    """One document for all: `document` has holes, `rows` the values of each document, by parameter."""

    document: Any
    params: tuple[ast.Param, ...]
    rows: tuple[dict[str, Any], ...]


def parameterised(documents: Sequence[Any]) -> Parameterised:
    """One document with holes, made of one or more of the same shape. Raises DifferentShapes."""
    return _Making(documents).make()


class _Making:
    """The parameters of one run: each is known by its name, or by the values that the documents have for it."""

    def __init__(self, documents: Sequence[Any]) -> None:
        self._documents = documents
        self._slots: dict[Path, Option] = {}
        for document in documents:
            self._slots.update(slots(document))
        self._types: dict[str, set[str]] = {}
        self._optional: set[str] = set()
        self._varying: dict[str, str] = {}
        self._numbers: dict[str, Iterator[int]] = {}
        self._rows: list[dict[str, Any]] = [{} for _ in documents]

    def make(self) -> Parameterised:
        document = self._merged(list(self._documents), ())
        params = tuple(self._param(one) for one in self._types)
        return Parameterised(document, params, tuple(self._rows))

    def _param(self, param: str) -> ast.Param:
        specific = self._types[param] - {"text"}
        kind = specific.pop() if len(specific) == 1 else "any" if specific else "text"
        default = ast.Null(span=NOWHERE) if param in self._optional else None
        return ast.Param(span=NOWHERE, name=name(param), type=name(kind), default=default)

    # ---- merging

    def _merged(self, values: list[Any], path: Path) -> Any:
        first = values[0]
        if isinstance(first, dict):
            return self._merged_objects(values, path)
        if isinstance(first, list):
            return self._merged_arrays(values, path)
        for number, value in enumerate(values):
            if isinstance(value, dict | list):
                raise DifferentShapes(number, path, messages.documents.one_value_in_first())
        if all(type(value) is type(first) and value == first for value in values):
            return self._constant(first, path)
        if is_structural(path):
            number = next(index for index, value in enumerate(values) if value != first)
            raise DifferentShapes(number, path, messages.documents.other_value(values[number], first))
        return self._varied(values, path)

    def _merged_objects(self, values: list[Any], path: Path) -> dict[str, Any]:
        for number, value in enumerate(values):
            if not isinstance(value, dict):
                raise DifferentShapes(number, path, messages.documents.object_in_first())
        merged: dict[str, Any] = {}
        for key in dict.fromkeys(key for value in values for key in value):
            inner = (*path, key)
            members = [value.get(key, MISSING) for value in values]
            merged[key] = self._optional_member(members, inner) if MISSING in members else self._merged(members, inner)
        return merged

    def _optional_member(self, members: list[Any], path: Path) -> ParamHole:
        """An option that some documents leave out is a parameter that may be `null`."""
        item = (*path, 0)
        lists = [member for member in members if isinstance(member, list)]
        one_each = all(len(member) == 1 for member in lists)
        place = item if item in self._slots and one_each else path
        if place not in self._slots or is_structural(path):
            given = [member is not MISSING for member in members]
            number = given.index(not given[0])
            raise DifferentShapes(number, path[:-1], messages.documents.given_in_some(path[-1]))
        self._refuse_changed(members, path)
        values = [None if one is MISSING else one[0] if place is item else one for one in members]
        return self._hole(values, place)

    def _merged_arrays(self, values: list[Any], path: Path) -> list[Any]:
        size = len(values[0])
        for number, value in enumerate(values):
            if not isinstance(value, list) or len(value) != size:
                count = len(value) if isinstance(value, list) else None
                raise DifferentShapes(number, path, messages.documents.other_count(count, size))
        return [self._merged([value[index] for value in values], (*path, index)) for index in range(size)]

    # ---- parameters

    def _constant(self, value: Any, path: Path) -> Any:
        option = self._slots.get(path)
        parts = None if is_structural(path) else placeholder_at(value, option)
        if parts is None:
            return value
        whole = len(parts) == 1
        for part in parts:
            if isinstance(part, ParamHole):
                kind = _TYPES.get(option.kind, "text") if whole and option else "text"
                self._types.setdefault(part.name, set()).add(kind)
        return parts[0] if whole else Filled(parts)

    def _varied(self, values: list[Any], path: Path) -> ParamHole | Filled:
        self._refuse_changed(values, path)
        option = self._slots.get(path)
        if option is not None and option.kind == "text" and all(isinstance(value, str) for value in values):
            parts = [part if isinstance(part, str) else self._hole(part, path) for part in aligned(values)]
            if len(parts) > 1:
                return Filled(parts)
        return self._hole(values, path)

    def _refuse_changed(self, values: list[Any], path: Path) -> None:
        """Raise DifferentShapes where a param would not come out as the documents have it."""
        option = self._slots.get(path) or self._slots.get((*path, 0))
        if option is None:
            return
        many = option.many and not isinstance(path[-1], int)
        for number, value in enumerate(values):
            if value is MISSING:
                continue
            if many and not isinstance(value, list):
                raise DifferentShapes(number, path, messages.documents.differs_without_array(path[-1]))
            if any(_would_change(one, option) for one in (value if isinstance(value, list) else (value,))):
                raise DifferentShapes(number, path, messages.documents.differs_in_type())

    def _hole(self, values: Sequence[Any], path: Path) -> ParamHole:
        """The parameter that has these values; the same values at two places are one parameter."""
        option = self._slots.get(path)
        kind = _type_of(values, option)
        key = json.dumps([kind, *values])
        if key not in self._varying:
            param = self._free_name(path, option)
            self._varying[key] = param
            self._types[param] = {kind}
            if None in values:
                self._optional.add(param)
            for row, value in zip(self._rows, values, strict=True):
                if value is not None or option is None:
                    row[param] = value
        return ParamHole(self._varying[key])

    def _free_name(self, path: Path, option: Option | None) -> str:
        words = [part for part in path if isinstance(part, str)]
        base = option.name if option is not None else name_for(words[-1] if words else "value")
        if option is not None and option.kind in PHONES and words[0] in ("to", "from"):
            base = "number" if words[0] == "to" else "from_number"
        base = name_for("from_number" if base == "from" else base)
        taken = self._types
        if base not in taken:
            return base
        # What was found taken once stays so: the next search goes on behind it.
        numbers = self._numbers.setdefault(base, count(2))
        return next(one for one in (f"{base}_{number}" for number in numbers) if one not in taken)


_TYPED = frozenset(("integer", "number", "boolean", "object", "map", "any"))


def _would_change(value: object, option: Option) -> bool:
    """Whether a param would not come out as this value: a script makes texts of numbers, and leaves out what is null.
    A list in a list would become the list.

    A phone number that is written as a number is meant as a text.
    """
    if value is None or (isinstance(value, dict | list) and option.kind not in ("map", "any", "object")):
        return True
    number = option.kind in PHONES and type(value) is int and is_phone(str(value)) is not None
    return option.kind not in _TYPED and isinstance(value, bool | int | float) and not number


def _type_of(values: Sequence[Any], option: Option | None) -> str:
    present = [value for value in values if value is not None]
    if all(isinstance(value, bool) for value in present):
        return "boolean"
    if any(isinstance(value, bool | dict | list) for value in present):
        return "any"
    if all(isinstance(value, int) for value in present):
        return "integer"
    if all(isinstance(value, int | float) for value in present):
        return "number"
    if not all(isinstance(value, str) for value in present):
        return "any"
    kind = _TYPES.get(option.kind, "text") if option else "text"
    if kind == "phone" and not all(map(_is_phone, present)):
        return "text"
    return kind if kind in ("phone", "url") else "text"


def _is_phone(text: str) -> bool:
    try:
        return digits(text) == text
    except NotAPhoneNumber:
        return False
