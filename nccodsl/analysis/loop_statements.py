"""`for`, `next` and `break`: loops that only write actions, and loops in which the call waits or leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from nccodsl.analysis.bound_names import every_statement
from nccodsl.analysis.item_walks import own_holes, walk
from nccodsl.analysis.names import Names
from nccodsl.analysis.parameters import check_name
from nccodsl.analysis.program import NOTHING, Body, BreakItem, Case, LoopItem, NextItem
from nccodsl.analysis.templates import place
from nccodsl.diagnostics import Collector, messages
from nccodsl.syntax import ast


class Loops:
    """Analyses the loops of one script. `free` is the draft of a value, `body` the items of the statements inside."""

    def __init__(
        self,
        collector: Collector,
        names: Names,
        free: Callable[[ast.Value], object],
        body: Callable[[tuple[ast.Statement, ...]], Body],
    ) -> None:
        self._collector = collector
        self._names = names
        self._free = free
        self._body = body
        self._around: list[LoopItem] = []
        """The loops around the statement that is looked at, without their bodies."""
        self.numbers: Counter[str] = Counter()
        """How many loops that wait have a value of each name."""

    def item(self, node: ast.For) -> LoopItem:
        """A loop with its body."""
        name, waits = node.target.text, any(map(_waits, every_statement(node.body.statements)))
        check_name(node.target, "loop's value", self._collector)
        items = self._free(node.items)
        if not isinstance(node.items, (ast.Template, ast.ListValue)):
            written = self._collector.sources.file_of(node.items.span).slice(node.items.span)
            self._collector.report(messages.values.loop_wants_list(written), node.items.span)
            items = []
        self.numbers[name] += waits
        # No name that a script can write has a space.
        key = f"{name} {self.numbers[name]}" if waits else name
        loop = LoopItem(key, items, NOTHING, node.span, name, waits)
        self._around.append(loop)
        with self._names.local(name, node.target.span, key if waits else None):
            body = self._body(node.body.statements)
        self._around.pop()
        return LoopItem(key, items, body, node.span, name, waits)

    def leave(self, node: ast.Next | ast.Break) -> NextItem | BreakItem:
        """`next` or `break`, of the innermost loop."""
        word, kind = ("next", NextItem) if isinstance(node, ast.Next) else ("break", BreakItem)
        if not self._around:
            self._collector.report(messages.flow.outside_loop(word), node.span)
        return kind(bool(self._around) and self._around[-1].waits, node.span)

    def check_later(self, cases: Iterable[Case]) -> None:
        """Report what the handlers of a recording read of a round that may be over when they run."""
        rounds = {loop.name: loop.written for loop in self._around if loop.waits}
        if not rounds:
            return
        for hole in (hole for case in cases for item in walk(case.body) for hole in own_holes(item)):
            for use in hole.code.names:
                if use.name in rounds:
                    at = place(self._collector.sources, hole.span, use.start, use.end)
                    self._collector.report(messages.names.round_may_be_over(rounds[use.name]), at)


def _waits(node: ast.Statement) -> bool:
    """Whether a statement waits for an answer, makes a request, or leaves the loop."""
    match node:
        case ast.Connect() | ast.RecordAction():
            return node.branches is not None
        case ast.Input():
            return node.branches is not None or node.binding is not None
        case _:
            return isinstance(node, ast.Fetch | ast.Send | ast.Ask | ast.OptOut | ast.Goto | ast.Hangup)
