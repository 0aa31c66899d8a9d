"""How many calls with two inputs `nccodsl test` plays through in a second, on one core."""

from __future__ import annotations

import gc
import time

import nccodsl
from nccodsl.rehearsal.run_tests import run_test
from nccodsl.rehearsal.stage import URL
from nccodsl.runtime.runnable import Runnable

WANTED = 1200.0
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


KINDS = {"one seed, as in one run": 0, "a seed for each": 1}
"""Whether the ids of calls differ: `nccodsl test` gives all tests the same, and so the same addresses."""


def tests_a_second(count: int, rounds: int) -> dict[str, float]:
    """The best of `rounds`, by the time of the processor: the machine may have other work."""
    flow = nccodsl.load(SCRIPT)
    script = Runnable(flow, URL)
    (case,) = flow.program.tests
    best = dict.fromkeys(KINDS, 0.0)
    before = gc.get_threshold()
    gc.set_threshold(100_000, 20, 20)  # as `nccodsl` starts
    for number in range(rounds):
        for kind, step in KINDS.items():
            start = time.process_time()
            for test in range(count):
                seed = (number * count + test) * step
                assert run_test(flow, script, case, seed=seed).failure is None
            best[kind] = max(best[kind], count / (time.process_time() - start))
    gc.set_threshold(*before)
    return best
