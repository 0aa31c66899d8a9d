"""Which names the running call has surely brought at each point: a name used too early is E206.

A path is what the flow may do: through every branch, and by every jump. A name counts at a point where each path that
leads there has given it a value (`as`, `set`); what a `fetch` brings counts only where it did not fail.

A body never takes a value away. So each step is walked once, for what it gives on its way to each of its jumps; what is
given where a step begins follows from these edges alone. Names are bits of an integer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from operator import and_, or_

from nccodsl.analysis.item_walks import brought, brought_in, every_item, walk
from nccodsl.analysis.order import reverse_postorder
from nccodsl.analysis.program import (
    ActionItem,
    AssignItem,
    Body,
    BreakItem,
    Case,
    ChoiceItem,
    HangupItem,
    Hole,
    JumpItem,
    LoopItem,
    NextItem,
    StepBody,
    WaitItem,
    holes_in,
)
from nccodsl.analysis.templates import place
from nccodsl.base.source import Sources, Span
from nccodsl.diagnostics import Collector, messages

Given = int
"""A bit for each name."""


def check_assigned(
    steps: Mapping[str, StepBody],
    entry: str | None,
    handlers: Sequence[Case],
    declared: Iterable[str],
    collector: Collector,
) -> None:
    """Report E206 for each use of a name that a path to it has not given a value."""
    names = frozenset(declared)
    surely = _Assigned(steps, handlers, names, collector.sources, every_path=True).early(entry)
    if not surely:
        return
    sometimes = _Assigned(steps, handlers, names, collector.sources, every_path=False).early(entry)
    never = {(at, name) for at, name, _ in sometimes}
    beside = _beside(steps, handlers)
    for at, name, given in surely:
        if (at, name) in never and name in beside:
            collector.report(messages.names.known_beside(name, given, recording=beside[name]), at)
        elif (at, name) in never:
            collector.report(messages.names.no_value_yet(name, given), at)
        else:
            file = collector.sources.file_of(at)
            part = file.text.startswith((".", "["), at.end - file.base)
            collector.report(messages.names.maybe_no_value(name, given, part=part), at)


def _beside(steps: Mapping[str, StepBody], handlers: Sequence[Case]) -> dict[str, bool]:
    """The names that only handlers beside the call know, each with whether it is a recording."""
    inner = [case.body for case in handlers if ":ended" in case.matches]
    found: Counter[str] = Counter()
    recordings: set[str] = set()
    for item in every_item(steps, handlers):
        if isinstance(item, WaitItem) and item.what == "record":
            inner += (case.body for case in item.cases)
            found.update([item.binding] if item.binding is not None else ())
            recordings |= {item.binding or ""}
    found.update(item.name for body in inner for item in walk(body) if isinstance(item, AssignItem))
    every = Counter(name for name, _ in brought(steps, handlers))
    return {name: name in recordings for name in found if found[name] == every[name]}


class _Assigned:
    """One walk over the whole script: what is given on every path that leads to a point, or on any."""

    def __init__(
        self,
        steps: Mapping[str, StepBody],
        handlers: Sequence[Case],
        declared: frozenset[str],
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
        edges = {name: self._jumps(name, step.body) for name, step in self._steps.items()}
        begins: dict[str, Given] = {entry: 0} if entry is not None and entry in self._steps else {}
        for handler in self._handlers:
            # The event may come at any time, also before anything was asked.
            for target, given in self._jumps("", handler.body).items():
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

    def _jumps(self, name: str, body: Body) -> dict[str, Given]:
        """The steps that a body jumps to, each with what is given on the way there."""
        self._step, self._edges = name, {}
        self._body(body, 0)
        return self._edges

    def _entering(self, edges: Mapping[str, Mapping[str, Given]], begins: Mapping[str, Given]) -> dict[str, Given]:
        """What is given where each step begins, for those that are reached."""
        entering = dict(begins)
        order = reverse_postorder(edges, begins)
        changed = True
        while changed:
            changed = False
            for name in order:
                for step, given in edges[name].items():
                    changed = self._arrive(entering, step, entering[name] | given) or changed
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
                    given |= self._bit(name)
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
        """A body takes nothing away, and the list may be empty: what is surely given is what was given before."""
        self._uses(item.items, given)
        first = given | self._bit(item.name)
        if self._meet is or_:
            # A later round may have what an earlier one was given.
            for name, _ in brought_in(item.body):
                first |= self._bit(name)
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

    def _waiting(self, item: WaitItem, given: Given) -> Given | None:
        self._uses(item.action.draft if item.action is not None else None, given)
        self._uses(item.request.drafts if item.request is not None else item.reason, given)
        if item.what == "record":
            # What its handlers set is theirs alone, and only they know the recording.
            for case in item.cases:
                self._body(case.body, given | self._bit(item.binding or ""))
            return given
        if item.whisper is not None:
            self._body(item.whisper, given)
        after = given | self._bit(item.binding) if item.binding is not None else given
        # A fetch brings nothing where it fails, and only then it takes a branch.
        inside = given if item.what == "fetch" else after
        ends: list[Given | None] = []
        for case in item.cases:
            self._uses(list(case.matches), inside)
            ends.append(self._body(case.body, inside))
        if item.otherwise is not None:
            ends.append(self._body(item.otherwise.body, inside))
        if item.retry is not None:
            if item.retry.say is not None:
                self._uses(item.retry.say.draft, inside)
            if self._rounds:
                self._rounds[-1].append(inside)
            elif self._step:
                self._arrive(self._edges, self._step, inside)
            if item.retry.body is not None:
                ends.append(self._body(item.retry.body, inside))
        handled = item.otherwise is not None or (item.retry is not None and item.retry.body is not None)
        if not (item.what == "input" and handled):
            # What no branch takes goes on behind the statement. A fetch without a branch ends the call if it fails.
            ends.append(after)
        return self._met(ends)

    def _uses(self, value: object, given: Given) -> None:
        if self._reports:
            for hole in holes_in(value):
                self._judge(hole, given)

    def _judge(self, hole: Hole, given: Given) -> None:
        for use in hole.code.names:
            if use.optional or use.name not in self._brought or self._bits[use.name] & given:
                continue
            at = place(self._sources, hole.span, use.start, use.end)
            self._found.append((at, use.name, self._brought[use.name]))

    def _met(self, ends: list[Given | None]) -> Given | None:
        """What is given where the ways that fall through come together; None where none does."""
        through = [end for end in ends if end is not None]
        return reduce(self._meet, through) if through else None

    def _bit(self, name: str) -> Given:
        return self._bits.get(name, 0)
