"""Answers with a type, where scripts are tried: emulated, explored, covered by tests, recorded and replayed."""

from __future__ import annotations

import pytest

import nccodsl
from nccodsl.emulator.personas.persona import Act, Cast, Persona, Rule
from nccodsl.rehearsal.coverage import Coverage
from nccodsl.rehearsal.explore import explore
from nccodsl.rehearsal.run_tests import run_test
from nccodsl.rehearsal.safety import groups
from nccodsl.rehearsal.stage import URL, Stage
from nccodsl.runtime.runnable import Runnable
from tests.unit.rehearsal.recording import Recorded

ASK = """
step main {
  talk "Please enter your account number, four to ten digits long." barge_in=true
  input dtmf as account: digits(4..10) {
    retry "Four digits at least."
    otherwise -> agent
  }
  -> thanks
}
step thanks { talk "Thank you, {{ account.value }}." }
step agent { talk "An agent will help you." }
"""


def heard(script: str, keys: str, *, interrupt: bool) -> list[str]:
    rule = Rule((Act("press", keys),), hears="account number", times=1, interrupt=interrupt)
    stage = Stage(nccodsl.load(script), cast=Cast((Persona("caller", does=(rule,)),)))
    leg = stage.begin()
    stage.network.clock.run_until(60.0)
    return [entry.text for entry in leg.timeline.entries if entry.kind == "hears"]


@pytest.mark.parametrize("interrupt", [True, False])
def test_early_keys_count_toward_the_answer(interrupt: bool) -> None:
    assert heard(ASK, "4711#", interrupt=interrupt)[-1] == "“Thank you, 4711.”"
    # Without `#`, the answer ends when no key follows.
    assert heard(ASK, "4711", interrupt=interrupt)[-1] == "“Thank you, 4711.”"


# ---- exploring


def ways(script: str) -> dict[str, list[str]]:
    """The findings of an exploration, each with its way."""
    flow = nccodsl.load(script)
    explored = explore(flow, Runnable(flow, "https://flow.test"), 4)
    return {one.code: list(one.way) for one in explored.findings}


def test_an_answer_that_fits_and_one_that_does_not_are_tried() -> None:
    assert ways(ASK) == {}
    broken = ASK.replace("{{ account.value }}", "{{ 1 / 0 }}")
    assert ways(broken) == {"E606": ["press 1234"]}
    broken = ASK.replace("An agent will help you.", "{{ 1 / 0 }}")
    assert ways(broken) == {"E606": ["silence", "silence"]}
    only_misfits = ASK.replace("retry", 'on nothing { talk "Goodbye." hangup } retry')
    assert ways(only_misfits.replace("An agent will help you.", "{{ 1 / 0 }}")) == {"E606": ["press 111", "press 111"]}


@pytest.mark.parametrize(
    ("type", "pressed"),
    [("integer(1..20)", "press 1"), ('date("%d%m%Y")', "press 23051980"), ("amount", "press 12*50"), ("luhn", None)],
)
def test_what_is_tried_fits_the_type(type: str, pressed: str | None) -> None:
    (way,) = ways(ASK.replace("digits(4..10)", type).replace("{{ account.value }}", "{{ 1 / 0 }}")).values()
    assert len(way) == 1
    assert pressed in (None, way[0])


def test_where_only_speech_is_taken_it_is_spoken() -> None:
    spoken = ASK.replace("input dtmf", "input speech").replace("{{ account.value }}", "{{ 1 / 0 }}")
    assert ways(spoken) == {"E606": ["say “1234”"]}


def test_the_keys_of_the_tests_are_tried() -> None:
    deep = ASK.replace('"Thank you, {{ account.value }}."', "\"{{ 1 / (0 if account.value == '98765' else 1) }}\"")
    assert ways(deep) == {}
    assert ways(deep + 'test "t" { press "98765#" }') == {"E606": ["press 98765"]}


def test_states_that_differ_in_a_value_that_is_read_are_different() -> None:
    branches = """
    step main { input dtmf as x: integer(1..2) { otherwise hangup } -> later }
    step later { input dtmf as y { otherwise { } } if {{ x.value == 2 }} { talk "{{ 1 / 0 }}" } talk "Bye." }
    """
    assert ways(branches) == {"E606": ["press 2", "silence"]}


# ---- coverage


def missing(*tests: str) -> list[str]:
    flow = nccodsl.load(ASK + "".join(f'test "t{number}" {{ {test} ended }}' for number, test in enumerate(tests)))
    script, coverage = Runnable(flow, URL), Coverage(flow)
    for case in flow.program.tests:
        result = run_test(flow, script, case)
        assert result.passed, result.failure
        assert result.stage is not None
        coverage.add(script, result.stage)
    return [point.label for point in coverage.missing]


def test_an_answer_that_fits_is_a_branch_of_its_own() -> None:
    fits = "input dtmf as account: digits(4..10) (an answer that fits)"
    assert missing('press "4711#" hear "Thank you"') == [
        'retry "Four digits at least."',
        "otherwise -> agent",
        "step agent",
    ]
    assert missing('press "1#" hear "Four" press "2#" hear "agent"') == [fits, "step thanks"]
    both = ('press "4711#" hear "Thank you"', 'press "1#" hear "Four" press "2#" hear "agent"')
    assert missing(*both) == []


# ---- recorded calls

PIN = """param pin: text private
step main {
  talk "Your number, please."
  input dtmf as given: digits(4) {
    on "0000" { talk "Zeros." }
    retry 1 "Again."
    otherwise { talk "Goodbye." hangup }
  }
  if {{ given.value | default("0000") == pin }} { -> inside }
  talk "That was wrong."
}
step inside { talk "Welcome, {{ given.matched | default('friend') }}." }
"""


def recorded(script: str, *keys: str, **values: object) -> Recorded:
    call = Recorded(script, **values)
    call.call()
    for key in keys:
        call.press(key)
    return call


@pytest.mark.parametrize("keys", [("4711",), ("4712",), ("0000",), ("1", "4711"), ("1", "2")])
def test_an_answer_that_is_compared_with_a_private_value_is_private(keys: tuple[str, ...]) -> None:
    call = recorded(PIN, *keys, pin="4711")
    assert not any(len(key) == 4 and key in call.file.text for key in keys)
    assert call.by(PIN + "# later\n").safe


def test_with_another_type_what_was_answered_privately_is_unknown() -> None:
    report = recorded(PIN, "4711", pin="4711").by(PIN.replace("digits(4)", "digits(4..5)"))
    assert not report.safe
    assert [(group.verdict, group.message) for group in groups(report.beginnings)] == [
        ("unknown", "the branch at line 4 depends on a value that is not recorded")
    ]


def test_a_value_that_old_calls_do_not_have_is_told() -> None:
    script = """step main {
  input dtmf max_digits=4TYPE
  input dtmf max_digits=1 as next
  talk "Account {{ account.PART }}."
}
"""
    old = script.replace("TYPE", " as account").replace("PART", "digits")
    typed = script.replace("TYPE", " as account: digits(4) { otherwise hangup }")
    calls = recorded(old, "4711")
    assert groups(calls.by(typed.replace("PART", "digits")).taken_over) == []
    (group,) = groups(calls.by(typed.replace("PART", "value")).taken_over)
    assert group.verdict == "broken"
    assert "`account.value` has no value in this call, but line 4 reads it" in group.message


def test_another_type_is_a_difference_for_calls_that_it_changes() -> None:
    for keys, safe in (("4711#", True), ("123456#", False), ("1#", True)):
        call = recorded(ASK, keys.rstrip("#"))
        assert call.by(ASK.replace("digits(4..10)", "digits(4..5)")).safe is safe
    call = recorded(ASK, "4711")
    assert '"value":"4711"' in call.file.text
