"""How the tests of an open document went the last time they ran."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from nccodsl.base.record import Record
from nccodsl.editor.document import FilePlace
from nccodsl.editor.services.diagnostics import ShownProblem
from nccodsl.editor.services.lenses import LensResult
from nccodsl.editor.services.test_runs import FinishedTest
from nccodsl.editor.text_edits import TextEdit, carried


class TimedTest(Record):
    """A test that has run, and the seconds that it took."""

    finished: FinishedTest
    seconds: float

    @property
    def title(self) -> str:
        return self.finished.title

    @property
    def result(self) -> LensResult:
        failure = self.finished.failure
        return LensResult(self.seconds, failure.message if failure is not None else "")

    @property
    def problem(self) -> ShownProblem | None:
        """The failure, at its line; None where it passed."""
        failed = self.finished.failure
        if failed is None:
            return None
        start, end = failed.place.start, failed.place.end
        return ShownProblem(start, end, True, failed.code, failed.text, failed.related, of_test=True)


class LastTests:
    """Results and failures by the titles of tests. Failures stay where they are in the text until tests run again.

    `revision` grows whenever a run brings other failures. `has_news`: the last one did; `has_marks`: a test has passed
    that failed before, or has failed another way.
    """

    def __init__(self) -> None:
        self.results: dict[str, LensResult] = {}
        self._failures: dict[str, ShownProblem] = {}
        self.revision = 0
        self.has_news = self.has_marks = False

    @property
    def failures(self) -> list[ShownProblem]:
        """The failures, where they are now."""
        return list(self._failures.values())

    def take(self, ran: Iterable[TimedTest], titles: Collection[str]) -> None:
        """Take over results. `titles`: the tests that there are."""
        kept = {title: one for title, one in self.results.items() if title in titles}
        failed = {title: one for title, one in self._failures.items() if title in titles}
        for one in ran:
            kept[one.title] = one.result
            failed.pop(one.title, None)
            if (problem := one.problem) is not None:
                failed[one.title] = problem
        self.has_news, self.has_marks = failed != self._failures, _marks(kept) != _marks(self.results)
        self.revision += self.has_news
        self.results, self._failures = kept, failed

    def edited(self, edit: TextEdit, name: str) -> None:
        """Carry the failures along with an edit of the document, which has this name."""
        moved = {title: _moved(one, edit, name) for title, one in self._failures.items()}
        self._failures = {title: one for title, one in moved.items() if one is not None}


def _marks(results: Mapping[str, LensResult]) -> dict[str, str]:
    return {title: one.failure for title, one in results.items()}


def _moved(problem: ShownProblem, edit: TextEdit, name: str) -> ShownProblem | None:
    at = carried(problem.start, problem.end, edit)
    if at is None:
        return None
    related: list[tuple[FilePlace, str]] = []
    for place, text in problem.related:
        there = carried(place.start, place.end, edit) if place.name == name else (place.start, place.end)
        if there is not None:
            related.append((FilePlace(place.name, *there), text))
    return ShownProblem(*at, problem.is_error, problem.code, problem.message, tuple(related), of_test=True)
