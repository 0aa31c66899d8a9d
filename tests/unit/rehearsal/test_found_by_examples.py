"""What writing the examples has found in the test runner."""

from __future__ import annotations

import pytest

import nccodsl
from nccodsl.rehearsal.run_tests import run_test
from nccodsl.rehearsal.stage import URL
from nccodsl.runtime.runnable import Runnable

CONNECT = """
step main {
  connect phone 14155550111 from=14155550100 {
    on busy { talk "Busy." }
    on completed { talk "Done." }
    otherwise { talk "Not reached." }
  }
}
"""
PROMPT = """
step main {
  talk "Press star."
  input dtmf timeout=5s max_digits=1 { on "*" { talk "Star." } on nothing { talk "Nothing." } otherwise { talk "Else." } }
}
"""
TWICE = """
step main {
  connect phone 14155550111 from=14155550100 { on completed { talk "First done." } otherwise { talk "First failed." } }
  connect phone 14155550112 from=14155550100 { on completed { talk "Second done." } otherwise { talk "Second failed." } }
}
"""


@pytest.mark.parametrize(
    ("script", "test"),
    [
        # Whoever calls in cannot be busy: the first outcome is about whoever is dialled.
        (CONNECT, 'busy hear "Busy" ended'),
        (CONNECT, 'timeout hear "Not reached" ended'),
        (CONNECT, 'machine hear "Done" ended'),
        (TWICE, 'completed busy hear "First done" hear "Second failed" ended'),
        (TWICE, 'busy hear "First failed" completed hear "Second done" ended'),
        # A silence that is shorter than the call waits is followed by something.
        (PROMPT, 'silence 1s press "*" hear "Star" ended'),
        (PROMPT, 'silence 1s silence hear "Nothing" ended'),
        (PROMPT, 'silence 1s not hear "Nothing" press "7" hear "Else" ended'),
        # A number is the same number however it is written.
        (CONNECT, 'dialled phone "+1 415 555 0111" busy hear "Busy" ended'),
    ],
)
def test_passes(script: str, test: str) -> None:
    flow = nccodsl.load(f'{script}\ntest "t" {{ {test} }}')
    outcome = run_test(flow, Runnable(flow, URL), flow.program.tests[0])
    assert outcome.failure is None, outcome.failure
