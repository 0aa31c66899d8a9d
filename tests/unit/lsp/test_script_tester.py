"""Tests of open scripts in slices: bounds are counted, never timed."""

from __future__ import annotations

from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcContentModified, JsonRpcInvalidParams

from nccodsl.emulator.core.processes import Clock
from nccodsl.lsp import script_tester
from nccodsl.lsp.open_documents import OpenDocument, OpenDocuments
from nccodsl.lsp.pause_work import PauseRow, PauseWork
from nccodsl.lsp.script_tester import EVENTS_A_SLICE, ScriptRun, ScriptTester
from nccodsl.lsp.sliced import LongRequests, Slices

URI = "file:///nowhere/main.call"
ASKS = 'step main {\n  talk "P"\n  input dtmf timeout=1s { on "1" { hangup }  otherwise -> main }\n}\n'
LONG = 'test "long" { silence 5m ended }\n'


class _Tested:
    """A document, and how its tests went each time."""

    def __init__(self, text: str) -> None:
        self.documents = OpenDocuments()
        self.documents.open(types.TextDocumentItem(URI, "call", 1, text))
        self.runs: list[ScriptRun] = []
        self.tester = ScriptTester(self.documents, lambda _opened, run: self.runs.append(run))

    @property
    def opened(self) -> OpenDocument:
        opened = self.documents.get(URI)
        assert opened is not None
        return opened

    def in_pause(self) -> int:
        """Do the work of a pause; how many slices it had."""
        return sum(1 for _ in self.tester.run_after_pause(self.opened, covers=False))

    def change(self, text: str) -> None:
        self.documents.change(URI, 2, [types.TextDocumentContentChangeWholeDocument(text)])


def _short(count: int) -> str:
    return "".join(f'test "t{number}" {{ hear "P" press "1" ended }}\n' for number in range(count))


def test_each_test_is_a_slice_at_least() -> None:
    counts = []
    for tests in (10, 40):
        tested = _Tested(ASKS + _short(tests))
        counts.append(tested.in_pause())
        assert len(tested.runs[0].ran) == tests
    # One slice more, in which the script is compiled.
    assert counts == [11, 41]


def test_a_long_test_is_many_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    happened = [0]
    step = Clock.step

    def counted(clock: Clock) -> bool:
        happened[0] += 1
        return step(clock)

    monkeypatch.setattr(Clock, "step", counted)
    tested, most = _Tested(ASKS + LONG), 0
    for _ in tested.tester.run_after_pause(tested.opened, covers=False):
        most, happened[0] = max(most, happened[0]), 0
    # Besides the events of the slice, there are those of the end: what was sent has still to arrive.
    assert EVENTS_A_SLICE <= most <= 2 * EVENTS_A_SLICE
    assert [one.title for one in tested.runs[0].ran] == ["long"]


@pytest.mark.parametrize(("name", "left"), [("MOST_EVENTS_OF_A_TEST", 2), ("MOST_EVENTS", 0)])
def test_after_a_pause_the_work_is_bounded(monkeypatch: pytest.MonkeyPatch, name: str, left: int) -> None:
    monkeypatch.setattr(script_tester, name, EVENTS_A_SLICE)
    tested = _Tested(ASKS + LONG + _short(2))
    tested.in_pause()
    (run,) = tested.runs
    assert len(run.ran) == left
    many = "1 test" if left else "3 tests"
    assert run.problem == f"{many} took too long, and can be run by hand"
    # A person who starts them waits for them.
    assert sum(1 for _ in tested.tester.run(tested.opened, covers=False)) > 10
    assert (len(tested.runs[1].ran), tested.runs[1].problem) == (3, None)


def test_an_edit_drops_what_is_left() -> None:
    tested = _Tested(ASKS + LONG + _short(3))
    work = PauseWork([PauseRow("tests", lambda opened: tested.tester.run_after_pause(opened, covers=False))])
    work.begin([tested.opened])
    for _ in range(3):
        work.go_on()
    tested.change(ASKS + _short(1))
    work.begin([tested.opened])
    while work.is_left:
        work.go_on()
    assert [[one.title for one in run.ran] for run in tested.runs] == [["t0"]]
    # A person who has started them hears of it.
    run = tested.tester.run(tested.opened, covers=True)
    next(run)
    tested.change(ASKS)
    with pytest.raises(JsonRpcContentModified):
        list(run)


def test_scripts_with_errors_or_without_tests_have_no_run() -> None:
    tested = _Tested(ASKS + _short(1) + "tlak\n")
    assert tested.in_pause() == 0
    tested.change(ASKS)
    assert tested.in_pause() == 0
    assert tested.runs == []
    tested.change(ASKS + _short(1))
    tested.in_pause()
    assert set(tested.opened.tests.results) == {"t0"}
    # Results of tests that are gone are dropped.
    tested.change(ASKS)
    tested.in_pause()
    assert not tested.opened.tests.results
    assert [len(run.ran) for run in tested.runs] == [1, 0]


def test_news_are_results_that_differ() -> None:
    failing = 'test "t0" { hear "Q" }\n'
    tested = _Tested(ASKS + failing)
    seen: list[tuple[bool, bool, int]] = []
    for text in (None, ASKS + failing, ASKS + _short(1), None):
        if text is not None:
            tested.change(text)
        tested.in_pause()
        last = tested.opened.tests
        seen.append((last.has_news, last.has_marks, last.revision))
    # A text that is replaced has lost its failures, so that they are news again.
    assert seen == [(True, True, 1), (True, False, 2), (False, True, 2), (False, False, 2)]


# ---- requests


def test_long_requests_are_answered_in_order() -> None:
    sent: list[dict[str, Any]] = []
    requests = LongRequests(sent.append)

    def slices(count: int, result: object) -> Slices[object]:
        for _ in range(count):
            yield
        if isinstance(result, Exception):
            raise result
        return result

    requests.begin(1, "a", slices(0, "at once"))
    assert sent == [{"id": 1, "result": "at once"}]
    requests.begin(2, "b", slices(2, "later"))
    requests.begin(3, "c", slices(5, "never"))
    requests.begin(4, "d", slices(1, JsonRpcInvalidParams("wrong")))
    requests.begin(5, "e", slices(0, ValueError("bad")))
    assert len(sent) == 1
    assert requests.cancel(3)
    assert not requests.cancel(3)
    while requests.are_left:
        requests.go_on()
    assert sent[1:] == [
        {"id": 2, "result": "later"},
        {"id": 4, "error": {"code": -32602, "message": "wrong"}},
        {"id": 5, "error": {"code": -32603, "message": "e failed: ValueError"}},
    ]


def test_pause_work_goes_on_after_a_failure() -> None:
    done: list[str] = []

    def fails(opened: OpenDocument) -> Slices[None]:
        yield
        raise ValueError(opened.uri)

    def works(opened: OpenDocument) -> Slices[None]:
        done.append(opened.uri)
        yield

    tested = _Tested(ASKS)
    work = PauseWork([PauseRow("first", fails), PauseRow("second", works)])
    work.begin([tested.opened])
    count = 0
    while work.is_left:
        work.go_on()
        count += 1
    assert (done, count) == ([URI], 3)
    work.begin([tested.opened])
    work.drop(URI)
    assert not work.is_left
