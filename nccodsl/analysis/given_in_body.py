"""A walk over the statements of one step: what is given where they use a name, and where they jump.

Names are bits of an integer. A body is walked with none of them given, and with all: what is given at a place then
follows for whatever is given where the step begins, each name by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from operator import and_, or_

from nccodsl.analysis.answer_parts import MATCHED
from nccodsl.analysis.item_walks import brought_in
from nccodsl.analysis.program import (
    ActionItem,
    AskItem,
    AssignItem,
    Body,
    BreakItem,
    ChoiceItem,
    DialogItem,
    HangupItem,
    Hole,
    JumpItem,
    LoopItem,
    NextItem,
    OutcomeItem,
    WaitItem,
    holes_in,
)
from nccodsl.analysis.shapes import MapShape
from nccodsl.analysis.typed_answers import VALUE
from nccodsl.base.record import Record
from nccodsl.templates import NameUse

Given = int
"""A bit for each name."""
_EVERYTHING = -1


class Way(Record):
    """What is given at a place: `gained` on the way there, and what stays `kept` of that where the step begins."""

    gained: Given
    kept: Given

    def given(self, entering: Given) -> Given:
        return entering & self.kept | self.gained


class UseOnWay(Record):
    """A template that uses a name, or a part of it: `wanted` are these names and their bits."""

    hole: Hole
    use: NameUse
    wanted: tuple[tuple[str, Given], ...]
    way: Way


class BodyWays(Record):
    """Through a body: to the steps that it jumps to, and to the uses of names that it does not give itself."""

    jumps: Mapping[str, Way]
    uses: tuple[UseOnWay, ...]


class NameBits:
    """A bit for each name, given out when it is first asked for."""

    def __init__(self) -> None:
        self._bits: dict[str, Given] = {}

    def __call__(self, name: str) -> Given:
        bit = self._bits.get(name)
        if bit is None:
            bit = self._bits[name] = 1 << len(self._bits)
        return bit

    def __len__(self) -> int:
        return len(self._bits)


class GivenInBody:
    """Walks bodies. `returned`: the members of what dialogs return, by the name that it has."""

    def __init__(
        self,
        bits: NameBits,
        dialogs: Mapping[str, DialogItem],
        returned: Mapping[str, set[str]],
        *,
        every_path: bool,
    ) -> None:
        self._bit = bits
        self._dialogs = dialogs
        self._returned = returned
        self.every_path = every_path
        self.meet: Callable[[Given, Given], Given] = and_ if every_path else or_
        self._step = ""
        self._rounds: list[list[Given]] = []
        """Of each loop around a place, what is given where a `next`, a `break` or a retry leaves it."""
        self._edges: dict[str, Given] = {}
        self._used: list[tuple[Hole, Given]] = []

    def ways(self, step: str, body: Body) -> BodyWays:
        """The ways through the statements of a step; `step` is empty for a handler of the call."""
        first, uses = self._walked(step, body, 0)
        last, again = self._walked(step, body, _EVERYTHING)
        jumps = {name: Way(given, last[name]) for name, given in first.items()}
        found: list[UseOnWay] = []
        for (hole, gained), (_, kept) in zip(uses, again, strict=True):
            for use in hole.code.names:
                names = () if use.optional else self._wanted(use)
                if any(not bit & gained for _, bit in names):
                    found.append(UseOnWay(hole, use, names, Way(gained, kept)))
        return BodyWays(jumps, tuple(found))

    def _wanted(self, use: NameUse) -> tuple[tuple[str, Given], ...]:
        names = [use.name]
        if use.attributes and not use.optional_member:
            names.append(f"{use.name}.{use.attributes[0]}")
        return tuple((name, self._bit(name)) for name in names)

    def _walked(self, step: str, body: Body, given: Given) -> tuple[dict[str, Given], list[tuple[Hole, Given]]]:
        """The steps that a body jumps to and the holes in it, each with what is given there."""
        self._step, self._edges, self._used = step, {}, []
        self._body(body, given)
        return self._edges, self._used

    def _leave(self, step: str, given: Given) -> None:
        """A way out of the body."""
        before = self._edges.get(step)
        self._edges[step] = given if before is None else self.meet(before, given)

    def _uses(self, value: object, given: Given) -> None:
        self._used += [(hole, given) for hole in holes_in(value)]

    # ---- one body: what is given at its end, None where nothing falls through

    def _body(self, body: Body, given: Given | None) -> Given | None:
        for item in body:
            if given is None:
                return None
            match item:
                case ActionItem(_, draft):
                    self._uses(draft, given)
                case AssignItem(name, value):
                    self._uses(value, given)
                    given |= self._whole(name)
                case OutcomeItem(values=values):
                    self._uses(values, given)
                    return None
                case AskItem():
                    given = self._asking(item, given)
                case JumpItem(step):
                    self._leave(step, given)
                    return None
                case NextItem() | BreakItem():
                    if self._rounds:  # else it is reported
                        self._rounds[-1].append(given)
                    return None
                case HangupItem():
                    return None
                case ChoiceItem():
                    given = self._choice(item, given)
                case LoopItem():
                    given = self._loop(item, given)
                case WaitItem():
                    given = self._waiting(item, given)
        return given

    def _loop(self, item: LoopItem, given: Given) -> Given:
        """The list may be empty: what is surely given is what was given before, and what each round takes away."""
        self._uses(item.items, given)
        first = given | self._bit(item.name)
        if self.meet is or_:
            # A later round may have what an earlier one was given.
            for name, _ in brought_in(item.body):
                first |= self._whole(name)
        self._rounds.append([])
        end = self._body(item.body, first)
        ends = [given, *self._rounds.pop(), *(() if end is None else (end,))]
        met: Given = reduce(self.meet, ends)
        return met & ~(self._bit(item.name) & ~given)

    def _choice(self, item: ChoiceItem, given: Given) -> Given | None:
        ends: list[Given | None] = []
        for test, body in item.arms:
            self._uses(test, given)
            ends.append(self._body(body, given))
        ends.append(self._body(item.otherwise, given))
        return self._met(ends)

    def _asking(self, item: AskItem, given: Given) -> Given | None:
        for arg in item.args:
            self._uses(arg.value, given)
        dialog = self._dialogs.get(item.dialog)
        binding = item.binding if dialog is not None and dialog.returns else None
        left = {name: self._brings(binding, shape) for name, shape in dialog.outcomes.items()} if dialog else {}
        ends: list[Given | None] = []
        for case in item.cases:
            brought = [left.pop(str(match).removeprefix(":"), 0) for match in case.matches]
            ends.append(self._body(case.body, given | (reduce(self.meet, brought) if brought else 0)))
        rest = given | (reduce(self.meet, left.values()) if left else 0)
        if item.otherwise is not None:
            ends.append(self._body(item.otherwise.body, rest))
        elif not item.cases:
            ends.append(rest)
        return self._met(ends)

    def _brings(self, binding: str | None, shape: MapShape) -> Given:
        """What an outcome gives: the name, also where it returns nothing, and its members."""
        if binding is None:
            return 0
        parts = (self._bit(f"{binding}.{member.name}") for member in shape.members)
        return reduce(or_, parts, self._bit(binding))

    def _waiting(self, item: WaitItem, given: Given) -> Given | None:
        self._uses(item.action.draft if item.action is not None else None, given)
        self._uses(item.request.drafts if item.request is not None else item.reason, given)
        if item.what == "record":
            # What its handlers set is theirs alone, and only they know the recording.
            for case in item.cases:
                self._body(case.body, given | self._whole(item.binding or ""))
            return given
        if item.whisper is not None:
            self._body(item.whisper, given)
        # A fetch brings nothing where it fails, and only then it takes a branch.
        inside, matched, after = given, given, given | self._whole(item.binding or "")
        if item.what == "input":
            inside = after & ~(self._bit(f"{item.binding}.{VALUE}") | self._bit(f"{item.binding}.{MATCHED}"))
            matched = inside | self._bit(f"{item.binding}.{MATCHED}")
            after = inside | (self._bit(f"{item.binding}.{VALUE}") if item.answer is not None else 0)
        ends: list[Given | None] = []
        for case in item.cases:
            self._uses(list(case.matches), inside)
            ends.append(self._body(case.body, inside if ":nothing" in case.matches else matched))
        if item.otherwise is not None:
            ends.append(self._body(item.otherwise.body, inside))
        if item.retry is not None:
            for said in item.retry.says:
                self._uses(said.draft, inside)
            if self._rounds:
                self._rounds[-1].append(inside)
            elif self._step:
                self._leave(self._step, inside)
            if item.retry.body is not None:
                ends.append(self._body(item.retry.body, inside))
        handled = item.otherwise is not None or (item.retry is not None and item.retry.body is not None)
        if not (item.what == "input" and handled) or item.answer is not None:
            # What no branch takes goes on behind the statement, and so does an answer that fits its type. A fetch
            # without a branch ends the call if it fails.
            ends.append(after)
        return self._met(ends)

    def _met(self, ends: list[Given | None]) -> Given | None:
        """What is given where the ways that fall through come together; None where none does."""
        through = [end for end in ends if end is not None]
        return reduce(self.meet, through) if through else None

    def _whole(self, name: str) -> Given:
        """A name with its parts, which may all be there."""
        parts = (VALUE, MATCHED, *self._returned.get(name, ()))
        return reduce(or_, (self._bit(f"{name}.{part}") for part in parts), self._bit(name))
