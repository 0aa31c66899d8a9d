"""Which names the running call has surely brought at each point: a name used too early is E206.

A path is what the flow may do: through every branch, and by every jump. A name counts at a point where each path that
leads there has given it a value (`as`, `set`); what a `fetch` brings counts only where it did not fail.

Names are bits of an integer. What a step makes of each bit on its way to one of its jumps is found by walking it with
none of them given, and with all; what is given where a step begins follows from these edges alone. Only two parts of an
answer are taken away again, by the next answer of that name: its value (`x.value`) and what it matched (`x.matched`).
They are names of their own here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import and_, or_

from nccodsl.analysis.item_walks import brought, every_item, walk
from nccodsl.analysis.order import reverse_postorder
from nccodsl.analysis.program import (
    ActionItem,
    AssignItem,
    Body,
    Case,
    ChoiceItem,
    HangupItem,
    Hole,
    JumpItem,
    LoopItem,
    StepBody,
    WaitItem,
    holes_in,
)
from nccodsl.analysis.templates import place
from nccodsl.analysis.typed_answers import VALUE
from nccodsl.base.source import Sources, Span
from nccodsl.diagnostics import Collector, messages

Given = int
"""A bit for each name."""
MATCHED = "matched"
_EVERYTHING = -1
Edges = Mapping[str, tuple[Given, Given]]
"""The steps that one jumps to, each with what is given on the way there, and what stays given."""


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
        if name.endswith(f".{VALUE}"):
            collector.report(messages.names.unset_value(name, given), at)
        elif name.endswith(f".{MATCHED}"):
            collector.report(messages.names.unset_match(name, given), at)
        elif (at, name) in never and name in beside:
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
        parts = dict(_parts(steps, handlers, self._brought))
        self._takes_away = bool(parts)
        self._brought |= parts
        self._bits = {name: 1 << number for number, name in enumerate(self._brought)}
        self._step = ""
        self._edges: dict[str, Given] = {}
        self._reports = False

    def early(self, entry: str | None) -> list[tuple[Span, str, Span]]:
        """The uses of names that are too early: where, the name, and where it gets its value."""
        if not self._brought:
            return []
        edges = {name: self._both(name, step.body) for name, step in self._steps.items()}
        begins: dict[str, Given] = {entry: 0} if entry is not None and entry in self._steps else {}
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
                case JumpItem(step):
                    self._arrive(self._edges, step, given)
                    return None
                case HangupItem():
                    return None
                case ChoiceItem():
                    given = self._choice(item, given)
                case LoopItem(name, items, inner):
                    self._uses(items, given)
                    self._body(inner, given | self._whole(name))
                case WaitItem():
                    given = self._waiting(item, given)
        return given

    def _choice(self, item: ChoiceItem, given: Given) -> Given | None:
        ends: list[Given | None] = []
        for test, body in item.arms:
            self._uses(test, given)
            ends.append(self._body(body, given))
        ends.append(self._body(item.otherwise, given))
        return self._met(ends)

    def _waiting(self, item: WaitItem, given: Given) -> Given | None:
        self._uses(item.action.draft if item.action is not None else None, given)
        self._uses(item.request.drafts if item.request is not None else None, given)
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
            if self._step:
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
            if use.optional or use.name not in self._brought:
                continue
            part = f".{use.attributes[0]}" if use.attributes and not use.optional_member else ""
            names = (use.name, use.name + part)
            early = next((name for name in names if not self._bits.get(name, given) & given), None)
            if early is not None:
                at = place(self._sources, hole.span, use.start, use.end)
                whole = Span(at.start, at.end + len(early) - len(use.name))
                exact = self._sources.file_of(at).slice(whole) == early
                self._found.append((whole if exact else at, early, self._brought[early]))

    def _met(self, ends: list[Given | None]) -> Given | None:
        """What is given where the ways that fall through come together; None where none does."""
        through = [end for end in ends if end is not None]
        return reduce(self._meet, through) if through else None

    def _bit(self, name: str) -> Given:
        return self._bits.get(name, 0)

    def _whole(self, name: str) -> Given:
        """A name with its parts, which may all be there."""
        return self._bit(name) | self._bit(f"{name}.{VALUE}") | self._bit(f"{name}.{MATCHED}")


def _parts(
    steps: Mapping[str, StepBody], handlers: Sequence[Case], names: Collection[str]
) -> Iterator[tuple[str, Span]]:
    """The parts of answers that not every answer has, and where each is given."""
    for item in every_item(steps, handlers):
        if isinstance(item, WaitItem) and item.what == "input" and item.binding in names:
            at = item.action.places.whole if item.action is not None else item.span
            yield f"{item.binding}.{MATCHED}", at
            if item.answer is not None:
                yield f"{item.binding}.{VALUE}", at
