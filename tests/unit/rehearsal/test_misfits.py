"""Answers of other systems that do not fit their shape: a branch takes them, and without one the call stops."""

from __future__ import annotations

import nccodsl
from nccodsl.rehearsal.explore import explore
from nccodsl.rehearsal.run_tests import ScriptTestOutcome, run_test
from nccodsl.rehearsal.stage import URL
from nccodsl.runtime.runnable import Runnable

FETCH = 'fetch "https://crm.example.com/1" as customer: {name: text}'
BRANCH = '{ on error { talk "Sorry." hangup } }'
PROBLEM = "`name` of the answer does not fit the shape behind `as`: it is missing"


def script(branch: str, expected: str) -> str:
    told = 'on ended { send POST "https://crm.example.com/calls" body={reached: {{ step }}} }'
    test = f'test "x" {{ fetched "https://crm.example.com/1" reply {{nam: "Ann"}} {expected} }}'
    return f'{told} step main {{ {FETCH} {branch} talk "Hello {{{{ customer.name }}}}." }} {test}'


def ran(text: str) -> ScriptTestOutcome:
    flow = nccodsl.load(text)
    return run_test(flow, Runnable(flow, URL), flow.program.tests[0])


def test_a_branch_takes_it_and_the_timeline_says_why() -> None:
    outcome = ran(script(BRANCH, 'hear "Sorry" ended sent "https://crm.example.com/calls" {reached: "main"}'))
    assert outcome.failure is None
    assert outcome.stage is not None
    assert PROBLEM in [entry.text for entry in outcome.stage.leg.timeline.entries]


def test_without_a_branch_the_test_fails() -> None:
    outcome = ran(script("", 'hear "Hello" ended'))
    assert outcome.failure is not None
    assert outcome.failure.instead[0].startswith(f"E820 {PROBLEM}")


def test_exploring_reports_it_only_without_a_branch() -> None:
    assert [_explored(script(branch, "ended")) for branch in (BRANCH, "")] == [[], ["E801", "E820"]]


def _explored(text: str) -> list[str]:
    flow = nccodsl.load(text)
    return sorted({finding.code for finding in explore(flow, Runnable(flow, URL), 3).findings})
