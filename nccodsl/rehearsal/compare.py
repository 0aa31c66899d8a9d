"""How two versions of a script differ in the path that a call takes. Pure."""

from __future__ import annotations

from collections.abc import Collection

from nccodsl.base.record import Record
from nccodsl.base.source import Span
from nccodsl.lowering.blocks import Fork
from nccodsl.rehearsal.recorded import Segment, told, words
from nccodsl.runtime.history import Entry
from nccodsl.runtime.path import ELSE, FETCH, IF, PathMark, Paths
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.state import State

SAME, DIFFERENT, BROKEN, UNKNOWN = "same", "different", "broken", "unknown"
"""How a replay ends: as recorded; otherwise; it cannot go on; what decides it is not in the history."""


class Outcome(Record):
    """What became of one replay. `message` and `span` (in the script as it is now) say where it stopped to be the same.

    `settled`: how many decisions were taken as recorded. `states`: where the call was after each answer, as far as it
    was the same.
    """

    verdict: str
    message: str = ""
    span: Span | None = None
    settled: int = 0
    states: tuple[State, ...] = ()


class Stopped(Exception):
    """The replay cannot go on as recorded."""

    def __init__(self, verdict: str, message: str, span: Span | None = None) -> None:
        super().__init__(message)
        self.verdict = verdict
        self.message = message
        self.span = span


class Comparison:
    """Compares recorded marks with those of the script as it is now. `forks`: the block and `if` of each arm's mark."""

    def __init__(self, script: Runnable, paths: Paths) -> None:
        self.paths = paths
        self.forks = {
            mark: (block.name, block.transition)
            for block in script.flow.blocks.values()
            if isinstance(block.transition, Fork)
            for target in (*(arm for _, arm in block.transition.arms), block.transition.otherwise)
            if (mark := paths.entering(target)) is not None
        }

    def doubtful(self, marks: tuple[PathMark, ...], settled: Collection[str], unknown: frozenset[str]) -> int | None:
        """The first mark of an `if` that depends on what is not recorded."""
        for number, mark in enumerate(marks):
            if mark.kind in (IF, ELSE) and mark in self.forks:
                block, fork = self.forks[mark]
                uses = {use.name for test, _ in fork.arms for use in test.code.names}
                if block not in settled and uses & unknown:
                    return number
        return None

    def as_recorded(self, mark: PathMark, path: tuple[PathMark, ...], number: int) -> tuple[str, str]:
        """The fork, and the arm that the recorded call took. Raises Stopped."""
        block, fork = self.forks[mark]
        was = path[number] if number < len(path) else None
        arms = [arm for _, arm in fork.arms]
        there = was is not None and (was.kind == ELSE or (was.kind == IF and int(was.at) < len(arms)))
        if was is None or not there or was.decides != mark.decides:
            span = fork.arms[0][0].span
            line = self.paths.line(span)
            raise Stopped(UNKNOWN, f"the `if` at line {line} depends on a value that is not recorded", span)
        return block, fork.otherwise if was.kind == ELSE else arms[int(was.at)]

    def check(
        self, segment: Segment, asked: PathMark | None, marks: tuple[PathMark, ...], *, whole: bool, near: Span | None
    ) -> None:
        """Raises Stopped at the first difference. Not `whole`: only so far as the path is given.

        `near` is where the script waited: what has no place of its own is shown there.
        """
        for number, (was, now) in enumerate(zip(segment.path, marks, strict=False)):
            if not self.same(was, now):
                stopped = self.difference(after_words(segment.entry, asked), was, now, segment.path[:number])
                stopped.span = stopped.span or near
                raise stopped
        if whole and len(marks) < len(segment.path):
            was = segment.path[len(marks)]
            message = f"{after_words(segment.entry, asked)}, the recorded call {words(was, past=True)}"
            message += "; the script now stops earlier"
            raise Stopped(DIFFERENT, message, near)

    def difference(self, after: str, was: PathMark, now: PathMark, before: tuple[PathMark, ...]) -> Stopped:
        """What two marks say that differ."""
        since = next((mark for mark in reversed(before) if mark.waits or mark.kind == FETCH), None)
        if since is not None:
            after += f" and the `{since.kind}` at line {since.line}"
        message = f"{after}, the recorded call {words(was, past=True)}; the script now {words(now, past=False)}"
        return Stopped(DIFFERENT, message, self.paths.span(now))

    def same(self, was: PathMark, now: PathMark) -> bool:
        """Whether two marks stand for the same."""
        if was.kind in (IF, ELSE) and now.kind in (IF, ELSE) and now in self.forks:
            _, fork = self.forks[now]
            arms = [mark.name for _, arm in fork.arms if (mark := self.paths.entering(arm)) is not None]
            if was.kind == IF and was.name in arms:
                return now.name == was.name
            return was.kind == now.kind and was.at == now.at
        if was.kind != now.kind:
            return False
        if was.kind == FETCH:
            return (was.name, was.at) == (now.name, now.at)
        return was.name == now.name


def after_words(entry: Entry, asked: PathMark | None) -> str:
    """Behind what happened, in words."""
    where = f" at line {asked.line}" if asked is not None else ""
    return "at the beginning" if entry.kind == "answer" else f"after {told(entry)}{where}"
