"""The differences that were found: the same one, reached by several ways, is one change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nccodsl.base.record import Record
from nccodsl.base.source import Span
from nccodsl.describe.phrases import listed
from nccodsl.diff.way_words import answer_in_words
from nccodsl.lowering.compiled import Compiled
from nccodsl.rehearsal.explored import Way

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
KINDS_OF_CHANGE = (REMOVED, CHANGED, ADDED)
ANSWERS = "\0"
"""What stands in a text for the answers that it is about."""
_MOST_WAYS = 5


class ChangedPlace(Record):
    """What one version says: where (`ivr.call:12`, or empty), and the JSON data of it."""

    at: str
    value: Any


class Change(Record):
    """Something that callers, callees or other systems notice. `kind`: added, removed or changed.

    `subject`: what it is about, in one word; `text`: one sentence. `ways`: the ways that lead there,
    the shortest first, and `more` how many others there are.
    """

    kind: str
    subject: str
    text: str
    ways: tuple[Way, ...]
    more: int
    old: ChangedPlace | None
    new: ChangedPlace | None


class FoundChange(Record):
    """A difference on one way. `old`, `new`: the place and the value in each version; None where it has none.

    `key` tells differences at the same places apart. `label`: the answer that leads elsewhere; `text` has ANSWERS where
    it and others with the same difference belong.
    """

    kind: str
    subject: str
    text: str
    old: tuple[Span | None, Mapping[str, Any]] | None
    new: tuple[Span | None, Mapping[str, Any]] | None
    key: tuple[str, ...] = ()
    label: str = ""


class Changes:
    """Gathers differences in the order in which they are found."""

    def __init__(self, old: Compiled, new: Compiled) -> None:
        self._flows = old, new
        self._found: dict[object, tuple[FoundChange, int, list[Way], list[str]]] = {}

    def add(self, found: FoundChange, way: Way, beginning: int) -> None:
        """Note a difference on a way of a call. Ways of calls that begin otherwise say nothing more."""
        sides = [one if one is None else one[0] or str(one[1]) for one in (found.old, found.new)]
        key = found.kind, found.subject, found.key, *sides
        _, first, ways, labels = self._found.setdefault(key, (found, beginning, [], []))
        if found.label not in labels:
            labels.append(found.label)
        if first == beginning and way not in ways:
            ways.append(way)

    def in_order(self) -> tuple[Change, ...]:
        """The changes, those with the shortest ways first."""
        ordered = sorted(self._found.values(), key=lambda one: len(one[2][0]))
        return tuple(
            Change(
                found.kind,
                found.subject,
                found.text.replace(ANSWERS, listed([answer_in_words(label) for label in labels], "or")),
                tuple(ways[:_MOST_WAYS]),
                len(ways[_MOST_WAYS:]),
                self._place(0, found.old),
                self._place(1, found.new),
            )
            for found, _, ways, labels in ordered
        )

    def _place(self, side: int, said: tuple[Span | None, Mapping[str, Any]] | None) -> ChangedPlace | None:
        if said is None:
            return None
        span, value = said
        if span is None:
            return ChangedPlace("", value)
        file = self._flows[side].program.sources.file_of(span)
        return ChangedPlace(f"{file.name}:{file.line_column(span.start)[0]}", value)
