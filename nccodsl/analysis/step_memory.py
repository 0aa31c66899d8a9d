"""What a check found out about each step, for the next check of the same script, in which little has changed.

A step's statements are analyzed again where they are other nodes, or where something that they read has changed: the
params and outcomes of dialogs, the `defaults` of actions, and the names that it declares or binds, one by one. So are
tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar, cast

from nccodsl.analysis.bodies import Statements
from nccodsl.analysis.bound_names import every_statement
from nccodsl.analysis.draft_actions import Default
from nccodsl.analysis.given_on_paths import KnownWays
from nccodsl.analysis.judge_drafts import Judging
from nccodsl.analysis.names import Names
from nccodsl.analysis.program import Body, StepBody
from nccodsl.analysis.script_tests import ScriptTest
from nccodsl.base.record import Record
from nccodsl.diagnostics.collector import Collector, ListeningCollector, Said
from nccodsl.syntax import ast
from nccodsl.voice.problems import Onward

_T = TypeVar("_T")
_Known = TypeVar("_Known", "_Analyzed", "_Judged")


class _Analyzed(Record):
    """Some nodes, what became of them, and what else was done on the way.

    `dialogs`: those of the script, where the nodes may ask one. `numbers`: how many loops of each name came before, and
    how many the nodes have.
    """

    nodes: tuple[object, ...]
    result: object
    said: tuple[Said, ...]
    added: tuple[list[object], ...]
    used: frozenset[str]
    outside: dict[str, None]
    reads: dict[tuple[str, str], object]
    dialogs: object
    numbers: dict[str, tuple[int, int]]


class _Judged(Record):
    """A body that was judged, what was said of it, what it reads of the script, and what its jumps lead to."""

    body: Body
    said: tuple[Said, ...]
    used: frozenset[str]
    reads: dict[tuple[str, str], object]
    beginnings: dict[str, Onward]


class _Generation:
    """What is known while the surroundings of steps stay what they are."""

    def __init__(self, surroundings: tuple[object, ...], nodes: list[object]) -> None:
        self.surroundings = surroundings
        self.nodes = nodes
        self.before: dict[str, _Analyzed] = {}
        """What the last check found. What is gone, as each spelling of a name that is being typed, is not kept."""
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
        self._complete: _Generation | None = None
        """In a text with syntax errors: what is known of the one without. What said nothing there says nothing here."""
        self._dialogs: object = None
        self.ways = KnownWays()
        """What names are given on the ways through steps."""
        self.work = [0, 0]

    def watch(
        self,
        collector: Collector,
        names: Names,
        statements: Statements,
        lists: Iterable[list[Any]],
        defaults: Mapping[str, Mapping[str, Default]],
        respelled: Mapping[str, str],
        *,
        complete: bool,
    ) -> None:
        """A check begins, and has read the declarations. `lists`: what statements add to, besides names."""
        assert isinstance(collector, ListeningCollector)
        self._collector, self._names, self._numbers = collector, names, statements.loops.numbers
        self._lists = (*lists, statements.dialogs.asks)
        dialogs = {name: (dialog.params, dialog.outcomes) for name, dialog in statements.dialogs.items.items()}
        if dialogs != self._dialogs:
            self._dialogs = dialogs
        given = [(action, name, one.option) for action, found in defaults.items() for name, one in found.items()]
        surroundings = (*names.surroundings(), tuple((a, n) for a, n, _ in given), dict(respelled))
        nodes: list[object] = [node for _, _, node in given]
        known = self._generations.get(complete)
        if known is None or not known.fits(surroundings, nodes):
            known = self._generations[complete] = _Generation(surroundings, nodes)
        self._now = known
        without = self._generations.get(True)
        fits = not complete and without is not None and without.fits(surroundings, nodes)
        self._complete = without if fits else None
        known.before, known.analyzed = known.analyzed, {}
        self.work = [0, 0]

    def body(self, name: str, statements: tuple[ast.Statement, ...], analyze: Callable[[], Body]) -> Body:
        """The body of a step: as it was, or analyzed."""
        return self._kept(name, statements, analyze, lambda: any(map(_asks, every_statement(statements))))

    def test(self, node: ast.Test, params: Iterable[ast.Param], analyze: Callable[[], ScriptTest]) -> ScriptTest:
        """The same of a test, which depends on the params."""
        return self._kept(f"test {node.title.text}", (node, *params), analyze, lambda: node.of is not None)

    def _kept(self, key: str, nodes: tuple[object, ...], analyze: Callable[[], _T], asks: Callable[[], bool]) -> _T:
        known = self._now.before.get(key)
        if known is None and self._complete is not None:
            known = _silent(self._complete.analyzed.get(key))
        if known is None or not _same(known.nodes, nodes) or not self._still_so(known):
            self.work[0] += 1
            known = self._analyzed(nodes, analyze, asks)
        else:
            self._say_again(known)
            for whole, part in zip(self._lists, known.added, strict=True):
                whole += part
            self._names.outside |= known.outside
            self._numbers.update({name: own for name, (_, own) in known.numbers.items()})
        if not (self._names.owner and known.said):  # which says what the script has besides the dialog
            self._now.analyzed[key] = known
        return cast(_T, known.result)

    def _analyzed(
        self, nodes: tuple[object, ...], analyze: Callable[[], object], asks: Callable[[], bool]
    ) -> _Analyzed:
        names, numbers = self._names, dict(self._numbers)
        before = [len(one) for one in self._lists]
        used, outside, names.used, names.outside, names.reads = names.used, names.outside, set(), {}, {}
        with self._collector.listening() as said:
            result = analyze()
        known = _Analyzed(
            nodes,
            result,
            tuple(said),
            tuple(one[at:] for one, at in zip(self._lists, before, strict=True)),
            frozenset(names.used),
            names.outside,
            names.reads,
            self._dialogs if names.owner or asks() else None,
            {
                name: (numbers.get(name, 0), count - numbers.get(name, 0))
                for name, count in self._numbers.items()
                if count != numbers.get(name, 0)
            },
        )
        names.used, names.outside = used | names.used, outside | names.outside
        return known

    def _still_so(self, known: _Analyzed) -> bool:
        """Whether what the nodes read of the script is what it was."""
        return (
            (known.dialogs is None or known.dialogs is self._dialogs)
            and all(self._numbers[name] == before for name, (before, _) in known.numbers.items())
            and self._reads_the_same(known)
        )

    def _reads_the_same(self, known: _Analyzed | _Judged) -> bool:
        return all(self._names.read(*key) == value for key, value in known.reads.items())

    def _say_again(self, known: _Analyzed | _Judged) -> None:
        for one in known.said:
            self._collector.report(*one)
        self._names.used |= known.used

    def judge(self, judging: Judging, bodies: Iterable[Body], steps: Mapping[str, StepBody]) -> None:
        """Judge each body, or say again what was said of it."""
        kept: dict[int, _Judged] = {}
        for body in bodies:
            known = self._now.judged.get(id(body))
            if known is None and self._complete is not None:
                known = _silent(self._complete.judged.get(id(body)))
            if (
                known is not None
                and self._reads_the_same(known)
                and all(
                    _leads(judging.begins(step, steps)) == _leads(onward) for step, onward in known.beginnings.items()
                )
            ):
                self._say_again(known)
            else:
                self.work[1] += 1
                known = self._judged(judging, body, steps)
            kept[id(body)] = known
        self._now.judged = kept

    def _judged(self, judging: Judging, body: Body, steps: Mapping[str, StepBody]) -> _Judged:
        used, self._names.used, self._names.reads = self._names.used, set(), {}
        judging.consulted = {}
        with self._collector.listening() as said:
            judging.body(body, steps)
        known = _Judged(body, tuple(said), frozenset(self._names.used), self._names.reads, judging.consulted)
        self._names.used |= used
        return known


def _silent(known: _Known | None) -> _Known | None:
    """What is known, if nothing was said of it."""
    return known if known is not None and not known.said else None


def _leads(onward: Onward) -> tuple[bool, bool]:
    return onward.leads, onward.more


def _asks(node: ast.Statement) -> bool:
    return isinstance(node, ast.Ask)


def _same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    return len(one) == len(other) and all(first is second for first, second in zip(one, other, strict=True))
