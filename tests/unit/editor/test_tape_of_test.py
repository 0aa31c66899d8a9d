"""The tape of a test: by hand, the call says what it says in the test."""

from __future__ import annotations

from pathlib import Path

import pytest

import nccodsl
from nccodsl.analysis.script_tests import ScriptTest
from nccodsl.editor.session import Session
from nccodsl.editor.tape_of_test import flow_of_test, named_test, session_of_test
from nccodsl.emulator.core.timeline import Emulated
from nccodsl.errors import UsageError
from nccodsl.lowering.compiled import Compiled
from nccodsl.rehearsal.run_tests import run_test
from nccodsl.rehearsal.stage import URL
from nccodsl.runtime.runnable import Runnable

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*/script.call"))
DIALOG = """dialog sure() -> yes, no {
  talk "Are you sure?"
  input dtmf max_digits=1 {
    on "1"    -> yes
    otherwise -> no
  }
}
step main {
  ask sure() {
    on yes { talk "Good." }
    on no hangup
  }
}
test "yes" of sure() {
  press "1"
  ends yes
}
"""
NOBODY = "nobody picks up", "an answering machine", "an answering machine is not asked"


def heard(call: Emulated) -> list[str]:
    first = call.legs[0].name
    entries = [one for one in call.timeline.entries if one.kind == "hears" and one.leg == first]
    return [str(one.data["text"]) for one in entries if one.data.get("text") and one.data.get("source") == "NCCO"]


def played(flow: Compiled, case: ScriptTest) -> Session:
    return session_of_test(flow_of_test(flow, case), case)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_a_call_says_what_it_says_in_the_test(path: Path) -> None:
    flow = nccodsl.load(path)
    for case in flow.program.tests:
        if case.title in NOBODY:
            with pytest.raises(UsageError, match="no person answers"):
                played(flow, case)
            continue
        tested = run_test(flow, Runnable(flow, URL), case)
        assert tested.passed
        assert tested.call is not None
        by_hand = played(flow, case)
        assert not by_hand.replay.failures
        said = heard(tested.call)
        assert heard(by_hand.replay.call)[: len(said)] == said, case.title


def test_a_dialog_is_played_alone() -> None:
    flow = nccodsl.load(DIALOG, name="dialog.call")
    case = named_test(flow, "yes")
    by_hand = played(flow, case)
    assert by_hand.tape == ("press 1",)
    assert by_hand.over
    assert heard(by_hand.replay.call) == ["Are you sure?"]


def test_a_title_that_is_unknown_is_refused() -> None:
    with pytest.raises(UsageError, match="no test `no`"):
        named_test(nccodsl.load(DIALOG, name="dialog.call"), "no")
