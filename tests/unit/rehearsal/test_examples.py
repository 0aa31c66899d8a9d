"""The tests of the examples pass, and take every step, branch and handler of them."""

from __future__ import annotations

from pathlib import Path

import pytest

import nccodsl
from nccodsl.rehearsal.coverage import Coverage
from nccodsl.rehearsal.explore import explore
from nccodsl.rehearsal.run_tests import run_test
from nccodsl.rehearsal.stage import URL
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.state import State

FLOWS = {
    path.parent.name: nccodsl.load(path)
    for path in sorted((Path(__file__).parents[3] / "examples").glob("*/script.call"))
}
TESTED = {name: flow for name, flow in FLOWS.items() if flow.program.tests}


@pytest.mark.parametrize("name", TESTED)
def test_the_tests_of_an_example_pass_and_cover_it(name: str) -> None:
    flow = TESTED[name]
    script = Runnable(flow, URL)
    coverage = Coverage(flow)
    for case in flow.program.tests:
        outcome = run_test(flow, script, case)
        assert outcome.failure is None, f"{case.title}: {outcome.failure}"
        assert outcome.stage is not None
        # Rehearsing keeps states as objects; a server would keep the same.
        for move in outcome.moves:
            assert repr(State.from_bytes(move.state.to_bytes()).__dict__) == repr(move.state.__dict__)
        coverage.add(script, outcome.stage)
    assert [point.label for point in coverage.missing] == []


@pytest.mark.parametrize(
    "name",
    # It is the largest by far.
    [pytest.param(name, marks=pytest.mark.slow if name == "pharmacy-line" else ()) for name in TESTED],
)
def test_exploring_an_example_finds_nothing(name: str) -> None:
    flow = TESTED[name]
    assert explore(flow, Runnable(flow, URL), 5).findings == ()


def test_every_example_that_talks_back_has_tests() -> None:
    assert {name for name, flow in FLOWS.items() if flow.runtime_needs()} == set(TESTED)
