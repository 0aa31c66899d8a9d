"""How the tests of a script went, in texts and plain values: for the printers, and from one process to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nccodsl.base.record import Record
from nccodsl.diagnostics.printers.text import Shown

if TYPE_CHECKING:
    from nccodsl.diagnostics import Diagnostic


class Failure(Record):
    """Why a test failed. `at`: `file:line:column`, empty where that is not known.

    `shown` is the diagnostic for people, `heard` the lines of the call in colors and columns of the terminal, and
    `plain` the same lines without; each is empty if it is not wanted.
    """

    code: str
    message: str
    at: str
    expected: str
    instead: tuple[str, ...]
    shown: Shown
    heard: tuple[Shown, ...]
    plain: tuple[str, ...]


class TestReport(Record):
    """How one test went. `call`: its call as JSON data, where that was asked for and a call began."""

    title: str
    seconds: float
    failure: Failure | None
    call: object = None

    @property
    def passed(self) -> bool:
        return self.failure is None


class CoveredPoint(Record):
    """Something that a call can take: `at` is `file:line`, `key` what is noted of it."""

    kind: str
    label: str
    at: str
    key: object


class Covered(Record):
    """The points of a script, and the keys of those that some tests took."""

    points: tuple[CoveredPoint, ...]
    taken: frozenset[object]

    @property
    def missing(self) -> list[CoveredPoint]:
        return [point for point in self.points if point.key not in self.taken]

    @property
    def count(self) -> int:
        """How many were taken."""
        return len(self.points) - len(self.missing)

    @property
    def share(self) -> float:
        """0 to 1; 1 where there is nothing to take."""
        return self.count / len(self.points) if self.points else 1.0


class ExploredReport(Record):
    """What exploring found: how many problems, each for people, one line in all, and the same as JSON data."""

    found: int
    shown: tuple[Shown, ...]
    summary: str
    as_json: dict[str, object]


class Task(Record):
    """Tests of one script, from one number up to another (None: to the last), and whether it is explored behind them.

    `whole`: a process may leave tests to others if there are many.
    """

    file: str
    start: int = 0
    stop: int | None = None
    explores: bool = False
    whole: bool = False


class ProcessDied(Exception):
    """A process that ran tests has ended before them."""

    code = "E818"
    help: str | None = "run the tests with `-j 1` to see which one it was, or with fewer processes if memory is short"

    def __init__(self) -> None:
        super().__init__("a process that ran tests ended before they were done")


class Part(Record):
    """What came of some tests of one script: in order, from the first that was wanted.

    `cases`: how many tests of the script are wanted in all. `rest`: the first that was left to others; None if none.
    `covered` is that of these tests.
    """

    cases: int
    reports: tuple[TestReport, ...] = ()
    rest: int | None = None
    covered: Covered | None = None
    explored: ExploredReport | None = None


class Result:
    """One script: its errors, or how its tests went, what they took of it, and what exploring found."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.reports: list[TestReport] = []
        self.errors: list[Diagnostic] = []
        self.covered: Covered | None = None
        self.explored: ExploredReport | None = None

    def add(self, part: Part) -> None:
        """What some of its tests have brought beside their reports, which come one by one."""
        if part.covered is not None:
            before = self.covered.taken if self.covered is not None else frozenset()
            self.covered = Covered(part.covered.points, part.covered.taken | before)
        self.explored = part.explored or self.explored
