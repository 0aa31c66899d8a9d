"""Which members of two JSON values differ, each by its path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nccodsl.base.record import Record

_MOST_DEPTH = 3


class MemberChange(Record):
    """`path`: such as `endpoint.number`. `old`, `new`: ABSENT_MEMBER where one version has no such member."""

    path: str
    old: Any
    new: Any


class _AbsentMember:
    def __repr__(self) -> str:
        return "ABSENT_MEMBER"


ABSENT_MEMBER = _AbsentMember()


def member_changes(
    old: Mapping[str, Any], new: Mapping[str, Any], path: str = "", depth: int = 0
) -> Iterator[MemberChange]:
    """The members that differ, in the order of the old version; what only the new one has comes last."""
    for name in [*old, *(name for name in new if name not in old)]:
        before, after = old.get(name, ABSENT_MEMBER), new.get(name, ABSENT_MEMBER)
        if before == after and type(before) is type(after):
            continue
        here = f"{path}.{name}" if path else name
        before, after = _only(before), _only(after)
        if isinstance(before, dict) and isinstance(after, dict) and depth < _MOST_DEPTH:
            yield from member_changes(before, after, here, depth + 1)
        else:
            yield MemberChange(here, before, after)


def _only(value: object) -> object:
    """The item of a list with one."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value
