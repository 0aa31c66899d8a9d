"""Immutable records with named fields, cheap to define.

The language has some hundred small types, and a frozen dataclass takes most of a millisecond to define: together
they were a third of the time that `nccodsl compile` took to start. A `Record` reads like a frozen dataclass (and type
checkers take it for one), but compiles no code: each class has a copy of the form for its number of fields, with its
own names.
"""

from __future__ import annotations

from itertools import pairwise
from types import FunctionType
from typing import Any, ClassVar, dataclass_transform

from nccodsl.base.record_forms import FORMS


def _filling(cls: type[Record]) -> FunctionType:
    """An `__init__` that takes the fields of a class, with its defaults, and stores each."""
    form = FORMS[len(cls._fields)]
    names = {f"f{number}": name for number, name in enumerate(cls._fields)}
    code = form.replace(
        co_name="__init__",
        co_qualname=f"{cls.__qualname__}.__init__",
        # The local of the form has a name that no field can have.
        co_varnames=tuple(names.get(name, name if name == "self" else f".{name}") for name in form.co_varnames),
        co_consts=tuple(names.get(one, one) if isinstance(one, str) else one for one in form.co_consts),
    )
    defaults = tuple(cls._defaults[name] for name in cls._fields if name in cls._defaults)
    return FunctionType(code, {}, "__init__", defaults)


@dataclass_transform(frozen_default=True, eq_default=True)
class Record:
    """Base of all records: fields are the annotations of the class, after those of its bases.

    `_ignored` names fields that do not count in comparisons.
    """

    _fields: ClassVar[tuple[str, ...]] = ()
    _defaults: ClassVar[dict[str, Any]] = {}
    _ignored: ClassVar[frozenset[str]] = frozenset()
    __match_args__: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        own = [name for name, kind in cls.__annotations__.items() if not str(kind).startswith("ClassVar")]
        cls._fields = (*cls._fields, *(name for name in own if name not in cls._fields))
        cls._defaults = cls._defaults | {name: cls.__dict__[name] for name in own if name in cls.__dict__}
        if any(name in cls._defaults and later not in cls._defaults for name, later in pairwise(cls._fields)):
            raise TypeError(f"{cls.__name__} has a field with a default before one without")
        type.__setattr__(cls, "__match_args__", cls._fields)
        # A class with more fields than there are forms for takes the slower way of this one.
        if "__init__" not in cls.__dict__ and len(cls._fields) in FORMS:
            type.__setattr__(cls, "__init__", _filling(cls))

    def __init__(self, *values: Any, **named: Any) -> None:
        members = self.__dict__
        members.update(self._defaults)
        if values:
            members.update(zip(self._fields, values, strict=False))
        members.update(named)
        if len(members) != len(self._fields) or len(values) > len(self._fields):
            self._complain(values, named)

    def _complain(self, values: tuple[Any, ...], named: dict[str, Any]) -> None:
        kind = type(self).__name__
        if odd := sorted(set(named) - set(self._fields)):
            raise TypeError(f"{kind} has no field {', '.join(odd)}")
        if len(values) > len(self._fields):
            raise TypeError(f"{kind} has {len(self._fields)} fields, not {len(values)}")
        missing = [name for name in self._fields if name not in self.__dict__]
        raise TypeError(f"{kind} lacks {', '.join(missing)}")

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{type(self).__name__}.{name} cannot be changed")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__}.{name} cannot be removed")

    def _compared(self) -> tuple[Any, ...]:
        return tuple(self.__dict__[name] for name in self._fields if name not in self._ignored)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._compared() == other._compared()

    def __hash__(self) -> int:
        return hash((type(self), *self._compared()))

    def __repr__(self) -> str:
        shown = (f"{name}={self.__dict__[name]!r}" for name in self._fields if name not in self._ignored)
        return f"{type(self).__name__}({', '.join(shown)})"
