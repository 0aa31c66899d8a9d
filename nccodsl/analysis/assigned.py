"""Which names the running call has surely brought at each point: a name used too early is E206.

A path is what the flow may do: through every branch, and by every jump. A name counts at a point where each path that
leads there has given it a value (`as`, `set`); what a `fetch` brings counts only where it did not fail.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nccodsl.analysis.program import (
    ActionItem,
    AssignItem,
    Body,
    CallItem,
    ChoiceItem,
    HangupItem,
    Hole,
    JumpItem,
    LoopItem,
    StepBody,
    WaitItem,
    brought,
    holes_in,
)
from nccodsl.analysis.templates import place
from nccodsl.diagnostics import Collector
from nccodsl.source import Sources, Span

Given = frozenset[str]


def check_assigned(
    steps: Mapping[str, StepBody],
    entry: str | None,
    call: CallItem | None,
    declared: Iterable[str],
    collector: Collector,
) -> None:
    """Report E206 for each use of a name that a path to it has not given a value."""
    names = frozenset(declared)
    surely = _Assigned(steps, call, names, collector.sources, every_path=True).early(entry)
    if not surely:
        return
    sometimes = _Assigned(steps, call, names, collector.sources, every_path=False).early(entry)
    never = {(at, name) for at, name, _ in sometimes}
    for at, name, given in surely:
        if (at, name) in never:
            message = f"`{name}` has no value yet: it is what comes back further down"
            help = "use it behind the statement that asks for it"
        else:
            message = f"`{name}` may have no value here: one of the ways to this place does not ask for it"
            file = collector.sources.file_of(at)
            # A part of what has no value is no value that `default` could take the place of.
            part = file.text.startswith((".", "["), at.end - file.base)
            instead = f"({name} | default({{}})).… | default(…)" if part else f"{name} | default(…)"
            help = f"ask for it on every way, or say what stands in: {{{{ {instead} }}}}"
        collector.report("E206", at, message, labels=((given, "it gets its value here"),), help=help)


class _Assigned:
    """One walk over the whole script: what is given on every path that leads to a point, or on any."""

    def __init__(
        self,
        steps: Mapping[str, StepBody],
        call: CallItem | None,
        declared: Given,
        sources: Sources,
        *,
        every_path: bool,
    ) -> None:
        self._steps = steps
        self._handlers = call.handlers if call is not None else ()
        self._sources = sources
        self._meet = frozenset.intersection if every_path else frozenset.union
        self._found: list[tuple[Span, str, Span]] = []
        self._brought: dict[str, Span] = {}
        for name, span in brought(steps, call):
            if name not in declared:
                self._brought.setdefault(name, span)
        self._entering: dict[str, Given] = {}
        self._todo: list[str] = []
        self._step = ""
        self._reports = False

    def early(self, entry: str | None) -> list[tuple[Span, str, Span]]:
        """The uses of names that are too early: where, the name, and where it gets its value."""
        if not self._brought:
            return []
        if entry is not None:
            self._enter(entry, frozenset())
        for handler in self._handlers:
            # The event may come at any time, also before anything was asked.
            self._body(handler.body, frozenset())
        while self._todo:
            self._step = self._todo.pop()
            self._body(self._steps[self._step].body, self._entering[self._step])
        self._reports = True
        for name, step in self._steps.items():
            if name in self._entering:
                self._step = name
                self._body(step.body, self._entering[name])
        for handler in self._handlers:
            self._step = ""
            self._body(handler.body, frozenset())
        return self._found

    def _enter(self, step: str, given: Given) -> None:
        if step not in self._steps:
            return
        before = self._entering.get(step)
        after = given if before is None else self._meet(before, given)
        if after != before:
            self._entering[step] = after
            if step not in self._todo:
                self._todo.append(step)

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
                    given = given | {name}
                case JumpItem(step):
                    self._enter(step, given)
                    return None
                case HangupItem():
                    return None
                case ChoiceItem():
                    given = self._choice(item, given)
                case LoopItem(name, items, inner):
                    self._uses(items, given)
                    self._body(inner, given | {name})
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
        self._uses(item.action.draft if item.action is not None else item.url, given)
        self._uses([value for _, value in item.options], given)
        after = given | {item.binding} if item.binding is not None else given
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
            if self._step:
                self._enter(self._step, inside)
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
            if use.name in given or use.optional or use.name not in self._brought:
                continue
            at = place(self._sources, hole.span, use.start, use.end)
            self._found.append((at, use.name, self._brought[use.name]))

    def _met(self, ends: list[Given | None]) -> Given | None:
        """What is given where the ways that fall through come together; None where none does."""
        through = [end for end in ends if end is not None]
        return self._meet(*through) if through else None
