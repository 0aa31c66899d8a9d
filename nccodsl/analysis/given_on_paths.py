"""A walk over the whole script: which names are given a value on the paths that lead to a point.

Names are bits of an integer. What a step makes of each bit on its way to one of its jumps is found by walking it with
none of them given, and with all; what is given where a step begins follows from these edges alone. Only two parts of an
answer are taken away again, by the next answer of that name: its value (`x.value`) and what it matched (`x.matched`).
They are names of their own here, and so are the members of what a dialog returns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from operator import and_, or_

from nccodsl.analysis.answer_parts import MATCHED, parts_of_answers
from nccodsl.analysis.dialogs import entry_of
from nccodsl.analysis.item_walks import brought, brought_in, every_item
from nccodsl.analysis.order import reverse_postorder
from nccodsl.analysis.program import (
    ActionItem,
    AskItem,
    AssignItem,
    Body,
    BreakItem,
    Case,
    ChoiceItem,
    DialogItem,
    HangupItem,
    Hole,
    JumpItem,
    LoopItem,
    NextItem,
    OutcomeItem,
    StepBody,
    WaitItem,
    holes_in,
)
from nccodsl.analysis.shapes import MapShape
from nccodsl.analysis.templates import place
from nccodsl.analysis.typed_answers import VALUE
from nccodsl.base.source import Sources, Span

Given = int
"""A bit for each name."""
_EVERYTHING = -1
Edges = Mapping[str, tuple[Given, Given]]
"""The steps that one jumps to, each with what is given on the way there, and what stays given."""


class GivenOnPaths:
    """One walk over the whole script: what is given on every path that leads to a point, or on any."""

    def __init__(
        self,
        steps: Mapping[str, StepBody],
        handlers: Sequence[Case],
        declared: frozenset[str],
        dialogs: Mapping[str, DialogItem],
        sources: Sources,
        *,
        every_path: bool,
    ) -> None:
        self._steps = steps
        self._handlers = handlers
        self._sources = sources
        self._meet: Callable[[Given, Given], Given] = and_ if every_path else or_
        self._found: list[tuple[Span, str, Span]] = []
        self._brought: dict[str, Span] = {}
        for name, span in brought(steps, handlers):
            if name not in declared:
                self._brought.setdefault(name, span)
        self._dialogs = dialogs
        self._returned: dict[str, set[str]] = {}
        """The members of what dialogs return, by the name that it has."""
        for item in every_item(steps, handlers):
            if isinstance(item, AskItem) and item.binding is not None and item.dialog in dialogs:
                members = (one.name for shape in dialogs[item.dialog].outcomes.values() for one in shape.members)
                self._returned.setdefault(item.binding, set()).update(members)
        parts = dict(parts_of_answers(steps, handlers, dialogs, self._brought))
        self._takes_away = bool(parts)
        self._brought |= parts
        self._bits = {name: 1 << number for number, name in enumerate(self._brought)}
        self._step = ""
        self._rounds: list[list[Given]] = []
        """Of each loop around a place, what is given where a `next`, a `break` or a retry leaves it."""
        self._edges: dict[str, Given] = {}
        self._reports = False

    def early(self, entry: str | None) -> list[tuple[Span, str, Span]]:
        """The uses of names that are too early: where, the name, and where it gets its value."""
        if not self._brought:
            return []
        edges = {name: self._both(name, step.body) for name, step in self._steps.items()}
        begins: dict[str, Given] = {entry: 0} if entry is not None and entry in self._steps else {}
        # A dialog knows nothing of the place that asks.
        begins |= {step: 0 for step in map(entry_of, self._dialogs) if step in self._steps}
        for handler in self._handlers:
            # The event may come at any time, also before anything was asked.
            for target, given in self._jumps("", handler.body, 0).items():
                self._arrive(begins, target, given)
        entering = self._entering(edges, begins)
        self._reports = True
        for name, step in self._steps.items():
            if name in entering:
                self._step = name
                self._body(step.body, entering[name])
        # An event may come at any time: before anything was asked, and when all was.
        given = 0 if self._meet is and_ else (1 << len(self._bits)) - 1
        for handler in self._handlers:
            self._step = ""
            self._body(handler.body, given)
        return self._found

    def _both(self, name: str, body: Body) -> Edges:
        given = self._jumps(name, body, 0)
        kept = self._jumps(name, body, _EVERYTHING) if self._takes_away else dict.fromkeys(given, _EVERYTHING)
        return {step: (given[step], kept[step]) for step in given}

    def _jumps(self, name: str, body: Body, given: Given) -> dict[str, Given]:
        """The steps that a body jumps to, each with what is given on the way there."""
        self._step, self._edges = name, {}
        self._body(body, given)
        return self._edges

    def _entering(self, edges: Mapping[str, Edges], begins: Mapping[str, Given]) -> dict[str, Given]:
        """What is given where each step begins, for those that are reached."""
        entering = dict(begins)
        order = reverse_postorder(edges, begins)
        changed = True
        while changed:
            changed = False
            for name in order:
                for step, (given, kept) in edges[name].items():
                    changed = self._arrive(entering, step, entering[name] & kept | given) or changed
        return entering

    def _arrive(self, entering: dict[str, Given], step: str, given: Given) -> bool:
        """Whether it changes what is given where a step begins that one more way leads there."""
        if step not in self._steps:
            return False
        before = entering.get(step)
        entering[step] = given if before is None else self._meet(before, given)
        return entering[step] != before

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
                    self._arrive(self._edges, step, given)
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
        if self._meet is or_:
            # A later round may have what an earlier one was given.
            for name, _ in brought_in(item.body):
                first |= self._whole(name)
        self._rounds.append([])
        end = self._body(item.body, first)
        ends = [given, *self._rounds.pop(), *(() if end is None else (end,))]
        met: Given = reduce(self._meet, ends)
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
            ends.append(self._body(case.body, given | (reduce(self._meet, brought) if brought else 0)))
        rest = given | (reduce(self._meet, left.values()) if left else 0)
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
                self._arrive(self._edges, self._step, inside)
            if item.retry.body is not None:
                ends.append(self._body(item.retry.body, inside))
        handled = item.otherwise is not None or (item.retry is not None and item.retry.body is not None)
        if not (item.what == "input" and handled) or item.answer is not None:
            # What no branch takes goes on behind the statement, and so does an answer that fits its type. A fetch
            # without a branch ends the call if it fails.
            ends.append(after)
        return self._met(ends)

    def _uses(self, value: object, given: Given) -> None:
        if self._reports:
            for hole in holes_in(value):
                self._judge(hole, given)

    def _judge(self, hole: Hole, given: Given) -> None:
        for use in hole.code.names:
            # What a dialog does not know is reported as such.
            dialog, inside, _ = self._step.partition("()")
            if use.optional or use.name not in self._brought or (inside and "." not in use.name):
                continue
            part = f".{use.attributes[0]}" if use.attributes and not use.optional_member else ""
            names = (use.name, use.name + part)
            early = next((name for name in names if not self._bits.get(name, given) & given), None)
            if early is not None:
                at = place(self._sources, hole.span, use.start, use.end)
                whole = Span(at.start, at.end + len(early) - len(use.name))
                shown = early.removeprefix(f"{dialog}.") if inside else early
                exact = self._sources.file_of(at).slice(whole) == shown
                self._found.append((whole if exact else at, shown, self._brought[early]))

    def _met(self, ends: list[Given | None]) -> Given | None:
        """What is given where the ways that fall through come together; None where none does."""
        through = [end for end in ends if end is not None]
        return reduce(self._meet, through) if through else None

    def _bit(self, name: str) -> Given:
        return self._bits.get(name, 0)

    def _whole(self, name: str) -> Given:
        """A name with its parts, which may all be there."""
        parts = (VALUE, MATCHED, *self._returned.get(name, ()))
        return reduce(or_, (self._bit(f"{name}.{part}") for part in parts), self._bit(name))
