"""How many calls with two inputs `nccodsl test` plays through in a second, on one core."""

from __future__ import annotations

import time

import nccodsl
from nccodsl.rehearsal.run_tests import run_test
from nccodsl.rehearsal.stage import URL
from nccodsl.runtime.runnable import Runnable

WANTED = 500.0
"""Tests of calls with two inputs that are to run in a second."""
SCRIPT = """
step main {
  talk "Press 1 to go on." barge_in=true
  input dtmf max_digits=1 { on "1" -> number  retry 2 "Sorry."  otherwise -> goodbye }
}
step number {
  talk "Enter your number, then the hash key."
  input dtmf max_digits=6 submit_on_hash=true as number
  talk "Thank you. {{ number.digits | spell }}."
}
step goodbye { talk "Goodbye." }

test "two inputs" { hear "Press 1" press "1" hear "Enter" press "123#" hear "1, 2, 3" ended }
"""


def tests_a_second(count: int, rounds: int) -> float:
    """The best of `rounds`, by the time of the processor: the machine may have other work."""
    flow = nccodsl.load(SCRIPT)
    script = Runnable(flow, URL)
    (case,) = flow.program.tests
    best = 0.0
    for _ in range(rounds):
        start = time.process_time()
        for seed in range(count):
            assert run_test(flow, script, case, seed=seed).failure is None
        best = max(best, count / (time.process_time() - start))
    return best
