"""The tests of open scripts at work: in slices, within bounds, with their times."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from pygls.exceptions import JsonRpcContentModified

from nccodsl.base.plural import counted
from nccodsl.base.record import Record
from nccodsl.editor.document import Document
from nccodsl.editor.services.test_runs import CoveredPlace, RehearsedScript, no_tests_because
from nccodsl.lsp.last_tests import TimedTest
from nccodsl.lsp.open_documents import OpenDocument, OpenDocuments
from nccodsl.lsp.sliced import Slices

EVENTS_A_SLICE = 50
"""Things that happen in a call before other messages are looked at; a whole test has 20."""
MOST_EVENTS_OF_A_TEST = 20_000
MOST_EVENTS = 100_000
"""What the tests of a script may take after a pause, one and all of them; none of it where a person starts them."""


class ScriptRun(Record):
    """What came of the tests of a script. `problem`: why some or all did not run to their end."""

    ran: tuple[TimedTest, ...] = ()
    coverage: tuple[CoveredPlace, ...] = ()
    problem: str | None = None


class ScriptTester:
    """Runs the tests of open documents. `tell` is called after that with the document and what came of it."""

    def __init__(self, documents: OpenDocuments, tell: Callable[[OpenDocument, ScriptRun], object]) -> None:
        self._documents = documents
        self._tell = tell

    def run(self, opened: OpenDocument, titles: Iterable[str] | None = None, *, covers: bool) -> Slices[ScriptRun]:
        """Run tests that a person has started: those with these titles, or all. Raises JsonRpcContentModified."""
        run = yield from self._while_same(opened, self._run(opened, titles, covers=covers, bounded=False))
        self._take(opened, run)
        return run

    def run_after_pause(self, opened: OpenDocument, *, covers: bool) -> Slices[None]:
        """Run all tests of a document that the client has stopped to change, if it has any and no errors."""
        document = opened.document
        if not isinstance(document, Document) or no_tests_because(document) is not None:
            return
        if not document.rechecked.program.tests and not opened.tests.results:
            return
        self._take(opened, (yield from self._run(opened, None, covers=covers, bounded=True)))

    def _take(self, opened: OpenDocument, run: ScriptRun) -> None:
        document = opened.document
        known = document.rechecked.program.tests if isinstance(document, Document) else ()
        opened.tests.take(run.ran, {case.title for case in known})
        self._tell(opened, run)

    def _while_same(self, opened: OpenDocument, work: Slices[ScriptRun]) -> Slices[ScriptRun]:
        """Work on a document for as long as it stays the same. Raises JsonRpcContentModified."""
        revision = opened.revision
        while True:
            try:
                next(work)
            except StopIteration as end:
                run: ScriptRun = end.value
                return run
            yield
            if self._documents.get(opened.uri) is not opened or opened.revision != revision:
                raise JsonRpcContentModified("the document has changed")

    def _run(
        self, opened: OpenDocument, titles: Iterable[str] | None, *, covers: bool, bounded: bool
    ) -> Slices[ScriptRun]:
        document = opened.document
        if not isinstance(document, Document):
            return ScriptRun(problem="this is not a script")
        yield
        problem = no_tests_because(document)
        if document.flow is None:
            return ScriptRun(problem=problem)
        script = RehearsedScript(document.flow)
        wanted = list(script.cases) if titles is None else list(dict.fromkeys(titles))
        missing = [title for title in wanted if title not in script.cases]
        ran: list[TimedTest] = []
        left, long = MOST_EVENTS, 0
        for title in wanted:
            if title in missing:
                continue
            most = min(MOST_EVENTS_OF_A_TEST, left) if bounded else None
            done, events = yield from self._timed(script, title, covers=covers, most=most)
            left -= events
            ran += [done] if done is not None else []
            long += done is None
        coverage = tuple(script.coverage(one.finished for one in ran)) if covers else ()
        return ScriptRun(tuple(ran), coverage, _problem(missing, long))

    def _timed(
        self, script: RehearsedScript, title: str, *, covers: bool, most: int | None
    ) -> Slices[tuple[TimedTest | None, int]]:
        """Run a test; None where it takes more events than that. How many it took."""
        turns = script.turns(title, covers=covers)
        seconds, events = 0.0, 0
        while most is None or events < most:
            began = time.process_time()
            try:
                for _ in range(EVENTS_A_SLICE):
                    next(turns)
                    events += 1
            except StopIteration as end:
                yield
                return TimedTest(end.value, seconds + time.process_time() - began), events
            seconds += time.process_time() - began
            yield
        return None, events


def _problem(missing: list[str], long: int) -> str | None:
    if missing:
        return f"there is no test “{missing[0]}”"
    return f"{counted(long, 'test')} took too long, and can be run by hand" if long else None
