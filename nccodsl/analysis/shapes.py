"""Shapes: what an answer from another system must be, and what it becomes. Pure.

An answer is converted as the value of a param is. Members that the shape does not name are left out.
"""

from __future__ import annotations

from collections.abc import Mapping

from nccodsl.analysis.types import Converter, kind_of
from nccodsl.base.record import Record

Known = Mapping[str, "Known | None"]
"""The members of a value by name, with theirs; None where anything may stand there."""


class Misfit(ValueError):
    """A value that does not fit: `path` is the member (`agent.phone`, empty for the whole), `why` what is wrong."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"`{path}`: {why}" if path else why)
        self.path = path
        self.why = why


class TypeShape(Record):
    """A value of a type that params have."""

    type: str
    convert: Converter


class ListShape(Record):
    items: Shape


class MemberShape(Record):
    """`default` is what stands for a missing member, NO_DEFAULT without one; an `optional` one becomes none."""

    name: str
    shape: Shape
    optional: bool
    private: bool
    default: object


class MapShape(Record):
    members: tuple[MemberShape, ...]


Shape = TypeShape | ListShape | MapShape


class _NoDefault:
    def __repr__(self) -> str:
        return "NO_DEFAULT"


NO_DEFAULT = _NoDefault()


def fitted(shape: Shape | MemberShape, value: object, path: str = "") -> object:
    """The value as the shape says. Raises Misfit; it never shows the value."""
    match shape:
        case MemberShape():
            return _member(shape, value, path)
        case TypeShape(kind, convert):
            try:
                return convert(value)
            except ValueError:
                raise Misfit(path, f"expected {kind}, not {kind_of(value)}") from None
        case ListShape(items):
            if not isinstance(value, list):
                raise Misfit(path, f"expected a list, not {kind_of(value)}")
            return [fitted(items, one, f"{path}[{index}]") for index, one in enumerate(value)]
        case MapShape(members):
            if not isinstance(value, dict):
                raise Misfit(path, f"expected a map, not {kind_of(value)}")
            return {member.name: _member(member, value.get(member.name), path) for member in members}


def _member(member: MemberShape, found: object, path: str) -> object:
    if found is not None:
        return fitted(member.shape, found, f"{path}.{member.name}" if path else member.name)
    if member.default is not NO_DEFAULT:
        return member.default
    if member.optional:
        return None
    raise Misfit(f"{path}.{member.name}" if path else member.name, "it is missing")


def has_private(shape: Shape | None) -> bool:
    """Whether any member is private."""
    match shape:
        case ListShape(items):
            return has_private(items)
        case MapShape(members):
            return any(member.private or has_private(member.shape) for member in members)
        case _:
            return False


def is_private(shape: Shape | None, path: tuple[str, ...]) -> bool:
    """Whether what stands at a path of members is private, or holds what is."""
    for name in path:
        if not isinstance(shape, MapShape):
            break
        member = next((one for one in shape.members if one.name == name), None)
        if member is None:
            return False
        if member.private:
            return True
        shape = member.shape
    return has_private(shape)
