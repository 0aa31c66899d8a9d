"""Which names are given a value on the paths that lead to a point, over the whole script.

What is given where a step begins follows from the ways through the bodies alone (see `given_in_body`). Only two parts
of an answer are taken away again, by the next answer of that name: its value (`x.value`) and what it matched
(`x.matched`). They are names of their own here, and so are the members of what a dialog returns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from nccodsl.analysis.answer_parts import parts_of_answers
from nccodsl.analysis.dialogs import entry_of
from nccodsl.analysis.given_in_body import BodyWays, Given, GivenInBody, NameBits, UseOnWay, Way
from nccodsl.analysis.item_walks import brought, found_in, named_answers
from nccodsl.analysis.order import reverse_postorder
from nccodsl.analysis.program import AskItem, Body, Case, DialogItem, StepBody
from nccodsl.analysis.templates import place
from nccodsl.base.source import Sources, Span

_MOST_BITS = 10_000


class KnownWays:
    """The ways through bodies, kept from one check of a script to the next. What is not looked for again is dropped."""

    def __init__(self) -> None:
        self.bits = NameBits()
        self._surroundings: object = None
        self._before: dict[tuple[str, bool], tuple[Body, BodyWays]] = {}
        self._now: dict[tuple[str, bool], tuple[Body, BodyWays]] = {}

    def begin(self, surroundings: object) -> None:
        """A check begins; `surroundings`: what the ways depend on besides the bodies."""
        if surroundings != self._surroundings or len(self.bits) > _MOST_BITS:
            self._surroundings, self._now, self.bits = surroundings, {}, NameBits()
        self._before, self._now = self._now, {}

    def of(self, walk: GivenInBody, step: str, body: Body) -> BodyWays:
        """The ways through the body of a step."""
        key = step, walk.every_path
        known = self._now.get(key) or self._before.get(key)
        if known is None or known[0] is not body:
            known = body, walk.ways(step, body)
        self._now[key] = known
        return known[1]


class GivenOnPaths:
    """What is given on every path that leads to a point, or on any."""

    def __init__(
        self,
        steps: Mapping[str, StepBody],
        handlers: Sequence[Case],
        declared: frozenset[str],
        dialogs: Mapping[str, DialogItem],
        sources: Sources,
        known: KnownWays | None = None,
    ) -> None:
        """`known`: what the last check of the script found."""
        self._steps = steps
        self._handlers = handlers
        self._sources = sources
        self._dialogs = dialogs
        self.brought: dict[str, Span] = {}
        """The names that the call gives a value, and where."""
        for name, span in brought(steps, handlers):
            if name not in declared:
                self.brought.setdefault(name, span)
        self.returned: dict[str, set[str]] = {}
        """The members of what dialogs return, by the name that it has."""
        for item in found_in(named_answers, steps, handlers):
            if isinstance(item, AskItem) and item.binding is not None and item.dialog in dialogs:
                members = (one.name for shape in dialogs[item.dialog].outcomes.values() for one in shape.members)
                self.returned.setdefault(item.binding, set()).update(members)
        self.brought |= dict(parts_of_answers(steps, handlers, dialogs, self.brought))
        self._known = known or KnownWays()
        self._known.begin((self.returned, {name: dialog.outcomes for name, dialog in dialogs.items()}))
        self.bits = self._known.bits

    def early(self, entry: str | None, *, every_path: bool) -> list[tuple[Span, str, Span]]:
        """The uses of names that are too early: where, the name, and where it gets its value."""
        if not self.brought:
            return []
        walk = self._walk(every_path=every_path)
        entering = self.entering(entry, every_path=every_path)
        through = self._through(walk)
        found = [
            early
            for name, ways in through.items()
            if name in entering
            for use in ways.uses
            for early in self._judged(use, entering[name], name)
        ]
        # An event may come at any time: before anything was asked, and when all was.
        given = 0 if every_path else -1
        handled = (walk.ways("", handler.body) for handler in self._handlers)
        return found + [early for ways in handled for use in ways.uses for early in self._judged(use, given, "")]

    def _walk(self, *, every_path: bool) -> GivenInBody:
        return GivenInBody(self.bits, self._dialogs, self.returned, every_path=every_path)

    def _through(self, walk: GivenInBody) -> dict[str, BodyWays]:
        return {name: self._known.of(walk, name, step.body) for name, step in self._steps.items()}

    def entering(self, entry: str | None, *, every_path: bool) -> dict[str, Given]:
        """What is given where each step begins that a path leads to."""
        walk = self._walk(every_path=every_path)
        begins: dict[str, Given] = {entry: 0} if entry is not None and entry in self._steps else {}
        # A dialog knows nothing of the place that asks.
        begins |= {step: 0 for step in map(entry_of, self._dialogs) if step in self._steps}
        for handler in self._handlers:
            # The event may come at any time, also before anything was asked.
            for target, way in walk.ways("", handler.body).jumps.items():
                self._arrive(walk, begins, target, way.gained)
        return self._entering(walk, {name: ways.jumps for name, ways in self._through(walk).items()}, begins)

    def _entering(
        self, walk: GivenInBody, jumps: Mapping[str, Mapping[str, Way]], begins: Mapping[str, Given]
    ) -> dict[str, Given]:
        """What is given where each step begins, for those that are reached."""
        entering = dict(begins)
        order = [name for name in reverse_postorder(jumps, begins) if name in jumps]
        changed = True
        while changed:
            changed = False
            for name in order:
                given = entering[name]
                for step, way in jumps[name].items():
                    changed = self._arrive(walk, entering, step, way.given(given)) or changed
        return entering

    def _arrive(self, walk: GivenInBody, entering: dict[str, Given], step: str, given: Given) -> bool:
        """Whether it changes what is given where a step begins that one more way leads there."""
        if step not in self._steps:
            return False
        before = entering.get(step)
        entering[step] = given if before is None else walk.meet(before, given)
        return entering[step] != before

    def _judged(self, found: UseOnWay, entering: Given, step: str) -> Iterator[tuple[Span, str, Span]]:
        """The use, where it is too early."""
        use = found.use
        # What a dialog does not know is reported as such.
        dialog, inside, _ = step.partition("()")
        if use.name not in self.brought or (inside and "." not in use.name):
            return
        given = found.way.given(entering)
        early = next((name for name, bit in found.wanted if name in self.brought and not bit & given), None)
        if early is not None:
            at = place(self._sources, found.hole.span, use.start, use.end)
            whole = Span(at.start, at.end + len(early) - len(use.name))
            shown = early.removeprefix(f"{dialog}.") if inside else early
            exact = self._sources.file_of(at).slice(whole) == shown
            yield whole if exact else at, shown, self.brought[early]
