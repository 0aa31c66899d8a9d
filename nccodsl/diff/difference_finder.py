"""What differs between two passages that the same answer leads to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nccodsl.base.plural import counted
from nccodsl.base.record import Record
from nccodsl.diff.alignment import AlignedPair, aligned
from nccodsl.diff.change_words import Branch, branch_in_words, changed_members, in_words, subject, summed
from nccodsl.diff.changes import ADDED, CHANGED, REMOVED, Changes, FoundChange
from nccodsl.diff.noticed import ENDS, Noticed
from nccodsl.diff.passage import Passage
from nccodsl.diff.side import Sides
from nccodsl.rehearsal.explored import Way


class ComparedWay(Record):
    """How two passages were come to. `way`: what was answered; its first `skipped` members say how the call began.

    `beginning`: the number of the values and the moment. `label`: the last answer, empty at the beginning of the call.
    `named`: whether a branch of each version names it; `asked`: what it answers.
    """

    way: Way
    beginning: int
    skipped: int = 0
    label: str = ""
    named: tuple[bool, bool] = (True, True)
    asked: tuple[Noticed, Noticed] | None = None

    @property
    def first(self) -> bool:
        """Whether nothing was answered yet."""
        return not self.label

    def answered(self, label: str, named: tuple[bool, bool], asked: tuple[Noticed, Noticed] | None) -> ComparedWay:
        """The way with one more answer."""
        return ComparedWay((*self.way, label), self.beginning, self.skipped, label, named, asked)

    def fetched(self, label: str) -> ComparedWay:
        """The way with the answer of another system."""
        return ComparedWay((*self.way, label), self.beginning, self.skipped, self.label, self.named, self.asked)


class DifferenceFinder:
    """Adds what differs to the changes. `renamed`: steps of the old version that have other names in the new one."""

    def __init__(self, sides: Sides, renamed: Mapping[str, str], changes: Changes) -> None:
        self._sides = sides
        self._renamed = renamed
        self._changes = changes

    def compare(self, old: Passage, new: Passage, pairs: Sequence[AlignedPair], edge: ComparedWay) -> bool:
        """Whether both go on alike enough that what follows can be compared."""
        unequal = [pair for pair in pairs if not pair.equal]
        if unequal and self._leads_elsewhere(old, new, pairs, edge):
            return False
        shown = [pair for pair in unequal if not _only_ends(pair, old, new)] or unequal
        for pair in shown:
            self.thing(_at(old.things, pair.old), _at(new.things, pair.new), edge)
        if old.webhooks != new.webhooks:
            self._webhooks(old, new, edge)
        self.things(old.over, new.over, edge)
        return True

    def things(self, old: Sequence[Noticed], new: Sequence[Noticed], edge: ComparedWay) -> None:
        """Add the differences between what happens in each version."""
        for pair in aligned(old, new):
            if not pair.equal:
                self.thing(_at(old, pair.old), _at(new, pair.new), edge)

    def thing(self, old: Noticed | None, new: Noticed | None, edge: ComparedWay) -> None:
        """Add the difference between two things; None where a version has none."""
        known = old or new
        assert known is not None
        kind = ADDED if old is None else REMOVED if new is None else CHANGED
        members = tuple(one.path for one in changed_members(old, new)) if old is not None and new is not None else ()
        self._add(kind, subject(known), in_words(old, new), (old, new), (known.occasion, *members), edge.way, edge)

    def _webhooks(self, old: Passage, new: Passage, edge: ComparedWay) -> None:
        more = new.webhooks - old.webhooks
        kind, how = (ADDED, "more") if more > 0 else (REMOVED, "fewer")
        text = f"the call now needs {counted(abs(more), f'{how} webhook')}"
        ends = (old.things[-1] if old.things else None, new.things[-1] if new.things else None)
        self._add(kind, "webhook", text, ends, (), edge.way, edge)

    # ---- answers that lead elsewhere

    def _leads_elsewhere(self, old: Passage, new: Passage, pairs: Sequence[AlignedPair], edge: ComparedWay) -> bool:
        """Whether an answer leads to another place now, which is added as one change."""
        if edge.first:
            return False
        shared = any(pair.equal and pair.old is not None and old.things[pair.old].kind != ENDS for pair in pairs)
        steps = self._reached(old, new)
        alike = edge.named[0] == edge.named[1]
        if (shared and not any(steps)) or (alike and (shared or not any(steps))):
            return False
        kind = CHANGED if alike else REMOVED if edge.named[0] else ADDED
        branches = Branch(steps[0], summed(old.things)), Branch(steps[1], summed(new.things))
        text = branch_in_words(edge.label, kind, *branches)
        statements = tuple(
            self._statements(side, one) for side, one in enumerate((old, new)) if kind != (ADDED, REMOVED)[side]
        )
        # Where a branch is gone, or new, it does not matter where the answer leads in the other version.
        step = "" if kind == CHANGED else steps[0] if kind == REMOVED else steps[1]
        key = (step,) if step else statements
        before = edge.way[: len(edge.way) - 1 - edge.way[::-1].index(edge.label)]
        asked: tuple[Noticed | None, Noticed | None] = edge.asked or (_first(old), _first(new))
        self._add(kind, "branch", text, asked, key, before, edge, edge.label)
        return True

    def _reached(self, old: Passage, new: Passage) -> tuple[str, str]:
        """The first step that only the old version enters, and the first that only the new one does.

        Where each is unknown to the other version, it may be the same one by another name: then neither counts.
        """
        entered = [self._renamed.get(step, step) for step in old.steps]
        one = next((step for step in old.steps if self._renamed.get(step, step) not in new.steps), "")
        other = next((step for step in new.steps if step not in entered), "")
        steps = tuple(side.flow.program.steps for side in self._sides)
        if one not in steps[1] and other not in steps[0] and one in steps[0] and other in steps[1]:
            return "", ""
        return one if one in steps[0] else "", other if other in steps[1] else ""

    def _statements(self, side: int, passage: Passage) -> str:
        """Where an answer leads, whatever values the call has."""
        things = (f"{thing.kind} {self._sides[side].span(thing)}" for thing in passage.things)
        return f"{side} {' '.join(things)}"

    def _add(
        self,
        kind: str,
        about: str,
        text: str,
        things: tuple[Noticed | None, Noticed | None],
        key: tuple[str, ...],
        way: Way,
        edge: ComparedWay,
        label: str = "",
    ) -> None:
        said = [
            None if thing is None else (side.span(thing), thing.value)
            for side, thing in zip(self._sides, things, strict=True)
        ]
        self._changes.add(FoundChange(kind, about, text, said[0], said[1], key, label), way, edge.beginning)


def _at(things: Sequence[Noticed], number: int | None) -> Noticed | None:
    return None if number is None else things[number]


def _first(passage: Passage) -> Noticed | None:
    return passage.things[0] if passage.things else None


def _only_ends(pair: AlignedPair, old: Passage, new: Passage) -> bool:
    """Whether a version ends, which what it says no longer, or says besides, tells already."""
    return any(
        thing is not None and thing.kind == ENDS for thing in (_at(old.things, pair.old), _at(new.things, pair.new))
    )
