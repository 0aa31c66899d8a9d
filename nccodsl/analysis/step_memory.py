"""What a check found out about each step, for the next check of the same script, in which little has changed.

A step's statements are analyzed again where they are other nodes, or where something that they read has changed: the
declarations as a whole, and the names that the call binds, one by one. What cannot be kept that way (loops
and dialogs, which number their uses over the whole script) is analyzed each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from nccodsl.analysis.bound_names import every_statement
from nccodsl.analysis.draft_actions import Default
from nccodsl.analysis.given_on_paths import KnownWays
from nccodsl.analysis.judge_drafts import Judging
from nccodsl.analysis.names import Names
from nccodsl.analysis.program import Body, StepBody
from nccodsl.base.record import Record
from nccodsl.diagnostics.collector import Collector, ListeningCollector, Said
from nccodsl.syntax import ast
from nccodsl.voice.problems import Onward


class _Analyzed(Record):
    """The statements of a step, what became of them, and what else was done on the way."""

    statements: tuple[ast.Statement, ...]
    body: Body
    said: tuple[Said, ...]
    added: tuple[list[object], ...]
    used: frozenset[str]
    outside: dict[str, None]
    reads: dict[tuple[str, str], object]


class _Judged(Record):
    """A body that was judged, what was said of it, and what its jumps lead to."""

    body: Body
    said: tuple[Said, ...]
    used: frozenset[str]
    beginnings: dict[str, Onward]


class _Generation:
    """What is known while the surroundings of steps stay what they are."""

    def __init__(self, surroundings: tuple[object, ...], nodes: list[object]) -> None:
        self.surroundings = surroundings
        self.nodes = nodes
        self.analyzed: dict[str, _Analyzed] = {}
        self.judged: dict[int, _Judged] = {}

    def fits(self, surroundings: tuple[object, ...], nodes: list[object]) -> bool:
        """Whether nothing is different. Nodes are equal wherever they stand: here their places count."""
        return (
            self.surroundings == surroundings
            and len(self.nodes) == len(nodes)
            and all(one is other for one, other in zip(self.nodes, nodes, strict=True))
        )


class StepMemory:
    """Kept by who checks one script again and again. `work`: how many bodies the last check analyzed, and judged."""

    def __init__(self) -> None:
        self._generations: dict[bool, _Generation] = {}
        """Of a text without syntax errors, and of one with some: typing leads from one to the other and back."""
        self._now = _Generation((), [])
        self.ways = KnownWays()
        """What names are given on the ways through steps."""
        self.work = [0, 0]

    def watch(
        self,
        collector: Collector,
        names: Names,
        lists: Iterable[list[Any]],
        defaults: Mapping[str, Mapping[str, Default]],
        respelled: Mapping[str, str],
        *,
        complete: bool,
    ) -> None:
        """A check begins, and has read the declarations. `lists`: what statements add to, besides names."""
        assert isinstance(collector, ListeningCollector)
        self._collector, self._names, self._lists = collector, names, tuple(lists)
        given = [(action, name, one.option) for action, found in defaults.items() for name, one in found.items()]
        surroundings = (*names.surroundings(), tuple((a, n) for a, n, _ in given), dict(respelled))
        nodes: list[object] = [node for _, _, node in given]
        known = self._generations.get(complete)
        if known is None or not known.fits(surroundings, nodes):
            known = self._generations[complete] = _Generation(surroundings, nodes)
        self._now = known
        self.work = [0, 0]

    def body(self, name: str, statements: tuple[ast.Statement, ...], analyze: Callable[[], Body]) -> Body:
        """The body of a step: as it was, or analyzed."""
        known = self._now.analyzed.get(name)
        if known is not None and _same(known.statements, statements) and self._reads_the_same(known):
            for one in known.said:
                self._collector.report(*one)
            for whole, part in zip(self._lists, known.added, strict=True):
                whole += part
            self._names.used |= known.used
            self._names.outside |= known.outside
            return known.body
        self.work[0] += 1
        if any(isinstance(one, ast.For | ast.Ask) for one in every_statement(statements)):
            self._now.analyzed.pop(name, None)
            return analyze()
        return self._analyzed(name, statements, analyze)

    def _analyzed(self, name: str, statements: tuple[ast.Statement, ...], analyze: Callable[[], Body]) -> Body:
        names = self._names
        before = [len(one) for one in self._lists]
        used, outside, names.used, names.outside, names.reads = names.used, names.outside, set(), {}, {}
        with self._collector.listening() as said:
            body = analyze()
        added = tuple(one[at:] for one, at in zip(self._lists, before, strict=True))
        self._now.analyzed[name] = _Analyzed(
            statements, body, tuple(said), added, frozenset(names.used), names.outside, names.reads
        )
        names.used, names.outside = used | names.used, outside | names.outside
        return body

    def _reads_the_same(self, known: _Analyzed) -> bool:
        return all(self._names.read(*key) == value for key, value in known.reads.items())

    def judge(self, judging: Judging, bodies: Iterable[Body], steps: Mapping[str, StepBody]) -> None:
        """Judge each body, or say again what was said of it."""
        kept: dict[int, _Judged] = {}
        for body in bodies:
            known = self._now.judged.get(id(body))
            if known is not None and all(
                _leads(judging.begins(step, steps)) == _leads(onward) for step, onward in known.beginnings.items()
            ):
                for one in known.said:
                    self._collector.report(*one)
                self._names.used |= known.used
            else:
                self.work[1] += 1
                known = self._judged(judging, body, steps)
            kept[id(body)] = known
        self._now.judged = kept
        # A step that is gone, as each spelling of a name that is being typed, is not kept.
        self._now.analyzed = {name: one for name, one in self._now.analyzed.items() if name in steps}

    def _judged(self, judging: Judging, body: Body, steps: Mapping[str, StepBody]) -> _Judged:
        used, self._names.used = self._names.used, set()
        judging.consulted = {}
        with self._collector.listening() as said:
            judging.body(body, steps)
        known = _Judged(body, tuple(said), frozenset(self._names.used), judging.consulted)
        self._names.used |= used
        return known


def _leads(onward: Onward) -> tuple[bool, bool]:
    return onward.leads, onward.more


def _same(one: tuple[ast.Statement, ...], other: tuple[ast.Statement, ...]) -> bool:
    return len(one) == len(other) and all(first is second for first, second in zip(one, other, strict=True))
