"""What people read of a place inside a dialog, and of what it is asked with."""

from __future__ import annotations

from pathlib import Path

import nccodsl
from nccodsl.describe.describe import describe
from nccodsl.graph.build import build
from nccodsl.rehearsal.run_tests import diagnostic_of, run_test
from nccodsl.rehearsal.stage import URL
from nccodsl.runtime.runnable import Runnable
from tests.e2e.in_process import invoke

SCRIPT = """
dialog code(right: text private = "99887766", title: text?) -> done {
  talk "Your code, please."
  input dtmf max_digits=8 { on {{ right }} -> done otherwise -> helped }
  step helped {
    talk "Once more."
    input dtmf max_digits=8 { on {{ right }} -> done otherwise -> again }
  }
}
step main {
  ask code()
  ask code(right="55443322")
  talk "Goodbye."
}
test "it asks again" {
  press "1"
  hear "Goodbye."
}
"""


def test_a_test_that_waits_names_the_dialog_and_its_step() -> None:
    flow = nccodsl.load(SCRIPT)
    outcome = run_test(flow, Runnable(flow, URL), flow.program.tests[0])
    found = diagnostic_of(flow, outcome)
    assert "it waits for an answer, in the step `helped` of `code` (" in found.message


def test_a_played_call_names_the_dialog_whichever_place_asks_it(tmp_path: Path) -> None:
    (tmp_path / "code.call").write_text(SCRIPT)
    played = invoke("simulate", str(tmp_path / "code.call"), input="1\n99887766\n55443322\n")
    places = [line.split(" (")[0] for line in played.output.splitlines() if line.startswith("— ")]
    assert places == ["— dialog code", "— helped of code", "— dialog code", "— main"]


def test_private_values_that_the_script_gives_are_not_drawn_or_described() -> None:
    flow = nccodsl.load(SCRIPT)
    described = describe(flow, {})
    assert "Asks the dialog code with right (private)." in described
    drawn = [node.text for node in build(flow).nodes]
    assert "ask code(right=…)" in drawn
    for secret in ("99887766", "55443322"):
        assert secret not in described
        assert not any(secret in text for text in drawn)


AT_THE_END = """
on ended { send "https://a.example/ended" body={step: {{ step }}, visits: {{ visits }}} }
dialog digit() -> done { input dtmf max_digits=1 { on "1" -> done otherwise -> again } }
step main { ask digit() -> second }
step second { talk "Second." ask digit() talk "Goodbye." }
test "in the dialog" { press "2" sent "https://a.example/ended" {step: "main", visits: 1} }
test "in the dialog, after another answer" { press "1" press "2" sent "https://a.example/ended" {step: "second"} }
test "behind the dialog" { press "1" press "1" ended sent "https://a.example/ended" {step: "second"} }
"""


def test_the_last_step_is_that_of_the_script_also_in_a_dialog() -> None:
    flow = nccodsl.load(AT_THE_END)
    script = Runnable(flow, URL)
    for case in flow.program.tests:
        outcome = run_test(flow, script, case)
        assert outcome.passed, diagnostic_of(flow, outcome).message


RETURNING = """
dialog asked() -> known(n: text), unknown { input dtmf max_digits=1 { on "1" -> known(n="one") otherwise -> unknown } }
step main {
  ask asked() as first { otherwise { } }
  talk "First {{ first.n | default('none') }}."
  ask asked() as first { otherwise { } }
  talk "Then {{ first.n | default('none') }}."
}
test "known, then not" { press "1" hear "First one." press "2" hear "Then none." ended }
test "not known, then known" { press "2" hear "First none." press "1" hear "Then one." ended }
"""


def test_what_an_outcome_does_not_return_may_have_a_default() -> None:
    """Nothing is left of what was returned before."""
    flow = nccodsl.load(RETURNING)
    script = Runnable(flow, URL)
    for case in flow.program.tests:
        outcome = run_test(flow, script, case)
        assert outcome.passed, diagnostic_of(flow, outcome).message
