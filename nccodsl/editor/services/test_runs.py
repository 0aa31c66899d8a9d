"""The tests of a script that is open in an editor, run in turns: results, places of failures, coverage by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cached_property

from nccodsl.analysis.script_tests import ScriptTest
from nccodsl.base.plural import counted
from nccodsl.base.record import Record
from nccodsl.base.source import Span
from nccodsl.editor.document import Document, FilePlace
from nccodsl.editor.whereabouts import LivePlace, LivePlaces
from nccodsl.lowering.compiled import Compiled
from nccodsl.rehearsal.coverage import Coverage
from nccodsl.rehearsal.run_tests import ScriptTestOutcome, diagnostic_of, turns_of_test
from nccodsl.rehearsal.stage import URL, Stage
from nccodsl.rehearsal.tested_call import Turns
from nccodsl.runtime.runnable import Runnable

_MOST_RELATED = 3
PERSON_DOES = ("presses", "says")
"""What a person does, in the timeline."""


class FailedLine(Record):
    """Why a test failed. `place`: the line of the test; `related`: where the script said what was heard instead."""

    code: str
    message: str
    help: str | None
    place: FilePlace
    related: tuple[tuple[FilePlace, str], ...]

    @property
    def text(self) -> str:
        """The message, and below it the help."""
        return f"{self.message}\n{self.help}" if self.help else self.message


class FinishedTest(Record):
    """How a test ended. `took`: keys of what it took of the script, where that was wanted."""

    title: str
    failure: FailedLine | None
    took: frozenset[object] = frozenset()

    @property
    def passed(self) -> bool:
        return self.failure is None


class CoveredPlace(Record):
    """A step, branch, handler or choice (its `kind`), and how many tests took it."""

    place: FilePlace
    count: int
    kind: str


def no_tests_because(document: Document) -> str | None:
    """Why the tests of a document cannot run; None where they can."""
    errors = sum(one.is_error for one in document.rechecked.collector.sorted())
    return f"the script has {counted(errors, 'error')}" if errors else None


class RehearsedScript:
    """A script without errors, and its tests. They read what the script includes, and nothing else."""

    def __init__(self, flow: Compiled) -> None:
        self._flow = flow
        self._script = Runnable(flow, URL)
        files = flow.program.sources
        self.cases: dict[str, ScriptTest] = {
            case.title: case for case in flow.program.tests if files.file_of(case.span) is files.files[0]
        }
        """The tests in the script itself by their titles, which differ."""

    def turns(self, title: str, *, covers: bool = False) -> Turns[FinishedTest]:
        """Run a test. `covers`: note what it takes."""
        case = self.cases[title]
        outcome = yield from turns_of_test(self._flow, self._script, case)
        took: set[object] = set()
        if covers and outcome.stage is not None:
            took = self._coverage.keys_of(self._script, outcome.stage)
        failure = None
        if not outcome.passed:
            related = yield from self._related(case)
            failure = self._failed(outcome, related)
        return FinishedTest(title, failure, frozenset(took))

    def coverage(self, finished: Iterable[FinishedTest]) -> list[CoveredPlace]:
        """What tests took that noted it, in the order of the script; what none took too."""
        taken = Counter(key for one in finished for key in one.took)
        points = self._coverage.points
        return [CoveredPlace(self._place(point.span), taken[point.key], point.kind) for point in points]

    @cached_property
    def _coverage(self) -> Coverage:
        return Coverage(self._flow)

    def _failed(self, outcome: ScriptTestOutcome, related: tuple[tuple[FilePlace, str], ...]) -> FailedLine:
        found = diagnostic_of(self._flow, outcome)
        assert found.span is not None
        place, title = self._place(found.span), self._place(outcome.case.span)
        if place.name == title.name:
            return FailedLine(found.code, found.message, found.help, place, related)
        return FailedLine(found.code, found.message, found.help, title, ((place, "the call failed here"), *related))

    def _related(self, case: ScriptTest) -> Turns[tuple[tuple[FilePlace, str], ...]]:
        """Where the script said what was heard since the person last did something: the test runs again for that."""
        followed = _Followed()
        turns = turns_of_test(self._flow, self._script, case, begins=followed.begins)
        for _ in turns:
            followed.catch_up()
            yield
        followed.catch_up()
        said = {(place.span, text): (self._place(place.span), f"heard “{text}”") for place, text in followed.heard}
        return tuple(said.values())[-_MOST_RELATED:]

    def _place(self, span: Span) -> FilePlace:
        file = self._flow.program.sources.file_of(span)
        return FilePlace(file.name, span.start - file.base, span.end - file.base)


class _Followed:
    """A call that is followed through its script. `heard`: what was said since the person last did something."""

    def __init__(self) -> None:
        self.heard: list[tuple[LivePlace, str]] = []
        self._stage: Stage | None = None
        self._places: LivePlaces | None = None
        self._seen = 0

    def begins(self, stage: Stage) -> None:
        self._stage, self._places = stage, LivePlaces(stage)

    def catch_up(self) -> None:
        """Look at what has happened since the last look."""
        if self._stage is None or self._places is None:
            return
        own = self._stage.leg.name
        entries = self._stage.leg.timeline.entries
        for entry in entries[self._seen :]:
            place = self._places.of(entry)
            if entry.leg == own and entry.kind in PERSON_DOES:
                self.heard.clear()
            elif entry.leg == own and entry.kind == "hears" and isinstance(place, LivePlace):
                self.heard.append((place, str(entry.data.get("text", ""))))
        self._seen = len(entries)
