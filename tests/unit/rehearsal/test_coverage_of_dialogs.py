"""What tests take of a dialog counts once, whichever place asks it."""

from __future__ import annotations

import nccodsl
from nccodsl.lowering.blocks import shared_name
from nccodsl.rehearsal.coverage import Coverage
from nccodsl.rehearsal.run_tests import run_test
from nccodsl.rehearsal.stage import URL
from nccodsl.runtime.runnable import Runnable

INSIDE = """
dialog year() -> known(year: text), unknown {
  input dtmf as entered: digits(4) { otherwise -> unknown }
  -> known(year={{ entered.value }})
}
dialog sure() -> yes(year: text), no {
  ask year() as found {
    on known   -> yes(year={{ found.year }})
    on unknown -> no
  }
}
step main {
  ask sure() as first  { on yes { talk "{{ first.year }}" } on no { talk "None." } }
  ask sure() as second { on yes { talk "{{ second.year }}" } on no { talk "None." } }
}
test "the first place knows, the second one does not" {
  press "1980"
  hear "1980"
  silence
  hear "None."
  ended
}
"""


def test_what_any_place_takes_of_a_dialog_is_taken() -> None:
    """Also where one dialog asks the other: only the branches of the script itself are missing."""
    flow = nccodsl.load(INSIDE)
    script = Runnable(flow, URL)
    coverage = Coverage(flow)
    for case in flow.program.tests:
        outcome = run_test(flow, script, case)
        assert outcome.passed
        assert outcome.stage is not None
        coverage.add(script, outcome.stage)
    assert [point.label for point in coverage.missing] == ["on no", "on yes"]
    labels = [point.label for point in coverage.points]
    assert sum("an answer that fits" in label for label in labels) == 1


def test_the_blocks_of_a_dialog_are_numbered_alike_in_all_places() -> None:
    """Otherwise a path, a coverage or a running call would take one for another."""
    blocks = nccodsl.load(INSIDE).blocks
    spans: dict[str, set[object]] = {}
    for name, block in blocks.items():
        if "/" in name:
            spans.setdefault(shared_name(name), set()).add(block.span)
    assert all(len(found) == 1 for found in spans.values()), spans
    assert {"main/sure", "main/sure~2"} <= blocks.keys()
