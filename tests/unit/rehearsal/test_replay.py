"""Replays: the same script is safe, and each kind of change is reported in words with its lines."""

from __future__ import annotations

from pathlib import Path

import pytest

import nccodsl
from nccodsl.rehearsal.run_tests import run_test
from nccodsl.rehearsal.safety import VERDICTS, Judged, Safety, groups
from nccodsl.rehearsal.stage import URL
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.tags import seal_of, tag_of
from nccodsl.server.recorder import Recorder
from tests.unit.rehearsal.recording import Lines, Notes, Recorded, safety, stages_recorded
from tests.unit.server.handle_drive import SECRET

EXAMPLES = sorted((Path(nccodsl.__file__).parents[1] / "examples").rglob("*.call"))
MENU = """step main {
  talk "Press 1, 2 or 3."
  input dtmf max_digits=1 {
    on "1" -> sales
    on "2" { talk "Two." }
    retry 1 "Sorry."
    otherwise -> goodbye
  }
}
step sales {
  connect phone 14155550111 from=14155550100 timeout=20s {
    on busy   -> message
    on failed { talk "Failed." }
  }
}
step message {
  talk "Say your name."
  input speech as name
  talk "Thank you, {{ name.speech }}."
}
step goodbye { talk "Goodbye." }
"""


def messages(judged: list[Judged]) -> list[tuple[str, str]]:
    return [(group.verdict, group.message) for group in groups(judged)]


def menu() -> Recorded:
    """A call with a wrong key, a busy phone and a spoken name."""
    call = Recorded(MENU)
    call.call()
    call.press("9")
    call.press("1")
    call.connected("busy")
    call.say("Ann Other")
    call.end()
    return call


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_the_tests_of_an_example_are_recorded_and_replayed_the_same(path: Path) -> None:
    flow = nccodsl.load(path)
    script = Runnable(flow, URL)
    for case in flow.program.tests:
        file, notes = Lines(), Notes()
        with stages_recorded(Recorder(file, notes)):  # type: ignore[arg-type]
            run_test(flow, script, case)
        assert notes.notes == []
        if not file.lines:
            continue  # the call was not answered
        report = safety(flow, file.history, "call")
        assert report.calls == 1
        assert messages([*report.beginnings, *report.deployed, *report.taken_over]) == []


SHOP = """zone "Europe/London"
hours shop { mon-fri 09:00-17:00 }
step main {
  talk "Press 1."
  input dtmf max_digits=1 { on "1" -> desk otherwise { } }
}
step desk {
  if {{ shop.open }} {
    connect phone 14155550111 from=14155550100 timeout=20s { on busy { talk "Busy." } }
  } else { talk "Closed." }
}
test "open" { at "2026-12-01 10:00" press "1" busy hear "Busy" ended }
test "closed" { at "2026-12-01 22:00" press "1" hear "Closed" ended }
"""


@pytest.mark.parametrize("number", [0, 1])
def test_a_replay_reads_the_clock_as_the_call_did(number: int) -> None:
    flow, file = nccodsl.load(SHOP), Lines()
    with stages_recorded(Recorder(file, Notes())):  # type: ignore[arg-type]
        run_test(flow, Runnable(flow, URL), flow.program.tests[number])
    same, changed = (
        safety(nccodsl.load(text), file.history, "call") for text in (SHOP, SHOP.replace("09:00-17:00", "17:00-23:00"))
    )
    assert messages([*same.beginnings, *same.taken_over]) == []
    assert {judged.outcome.verdict for judged in changed.beginnings} == {"different"}


def test_a_clock_that_was_not_recorded_stood_at_the_time_of_the_event() -> None:
    before = SHOP.replace("if {{ shop.open }}", "if {{ true }}").partition("test ")[0]
    call = Recorded(before)
    call.time = 1796126400.0  # noon of 2026-12-01, a Tuesday
    call.call()
    call.press("1")
    call.connected("busy")
    call.end()
    assert messages([*call.by(SHOP).beginnings, *call.by(SHOP).taken_over]) == []
    closed = SHOP.replace("mon-fri", "sun")
    assert {judged.outcome.verdict for judged in call.by(closed).beginnings} == {"different"}


def test_the_same_script_is_safe() -> None:
    report = menu().by(MENU)
    assert report.safe
    assert (report.calls, report.ended, report.partial) == (1, 1, 0)
    assert len(report.beginnings) == 1
    assert len(report.taken_over) == 4, "it waited at main twice, at the connect, and for the name"
    assert report.verdict == "safe"


def test_other_words_other_blocks_and_other_lines_are_the_same_path() -> None:
    other = MENU.replace("Press 1, 2 or 3.", "Please press a key.").replace('on "1" -> sales', 'on "1", "7" -> sales')
    report = menu().by(f"# A comment.\n\n{other}")
    assert messages(report.beginnings) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'on "1" -> sales\n    on "2" { talk "Two." }',
            'on "1" -> goodbye\n    on "2" -> sales',
            'after "1" at line 3, the recorded call went to step sales (line 10); '
            "the script now goes to step goodbye (line 21)",
        ),
        (
            'on "2" { talk "Two." }',
            'on "9" { talk "Nine." }',
            'after "9" at line 3, the recorded call went to step main (line 1); the script now takes `on` (line 5)',
        ),
        (
            "on busy   -> message",
            'on busy { talk "Busy." }\n    on timeout -> message',
            "after busy at line 11, the recorded call went to step message (line 16); the script now ends",
        ),
        (
            "on busy   -> message",
            "on timeout -> message",
            "after busy at line 11, the recorded call took `on` (line 12); the script now ends",
        ),
        (
            '  talk "Say your name."\n',
            '  fetch "https://a.example" as x { on error -> goodbye }\n  talk "Say your name, {{ x }}."\n',
            "the script now has a `fetch` at line 17, whose reply is not recorded",
        ),
        (
            '    retry 1 "Sorry."\n',
            "",
            'after "9" at line 3, the recorded call went to step main (line 1); the script now takes `otherwise` (line 6)',
        ),
        (
            'talk "Thank you, {{ name.speech }}."',
            'input dtmf as key\n  talk "{{ key.digits }}"',
            'after "Ann Other" at line 18, the recorded call ended; '
            "the script now waits for an `input` in step message (line 19)",
        ),
        (
            'talk "Thank you, {{ name.speech }}."',
            'talk "Thank you, {{ name.speech | upper | int }}."',
            None,
        ),
        (
            'talk "Thank you, {{ name.speech }}."',
            'talk "{{ 1 / (name.speech | length - 9) }}"',
            'after "Ann Other", the call stops at line 19',
        ),
    ],
)
def test_a_change_is_told_with_its_lines(old: str, new: str, message: str | None) -> None:
    assert old in MENU
    report = menu().by(MENU.replace(old, new))
    found = [message for _, message in messages(report.beginnings)]
    assert (found == []) if message is None else (len(found) == 1 and found[0].startswith(message)), found
    assert report.safe == (message is None)
    assert report.verdict == "safe", "the calls go on by the version that they began with"


def test_a_renamed_step_cannot_be_taken_over() -> None:
    report = menu().by(MENU.replace("message", "leave_word"))
    assert report.verdict == "safe"
    assert ("broken", "at the input of line 18 (step message): the script does not reach that input from there") in (
        messages(report.taken_over)
    )


def test_another_name_for_the_answer_is_told() -> None:
    other = MENU.replace("as name", "as who").replace("name.speech", "who.speech")
    report = menu().by(other)
    assert messages(report.beginnings) == []
    assert messages(report.taken_over) == [
        ("different", "at the input of line 18 (step message): the answer is now `who`; it was `name`")
    ]


def test_a_name_that_old_calls_do_not_have_is_told() -> None:
    new = MENU.replace('  talk "Press', '  set team = "red"\n  talk "Press').replace(
        'talk "Thank you, {{ name.speech }}."', 'talk "Thank you from the {{ team }} team."'
    )
    report = menu().by(new)
    assert messages(report.beginnings) == []
    found = messages(report.taken_over)
    assert {verdict for verdict, _ in found} == {"broken"}
    assert all("`team` has no value in this call, but line 20 reads it" in message for _, message in found)


def test_a_store_that_has_lost_the_version_ends_calls() -> None:
    call = menu()
    report = call.by(MENU + "# new", kept=lambda _: False)
    assert report.verdict == VERDICTS["broken"]
    assert not report.safe
    assert "does not have version" in messages(report.deployed)[0][1]
    assert call.by(MENU + "# new", kept=lambda _: True).safe


def test_a_call_that_is_cut_off_before_its_end_is_the_same_so_far() -> None:
    call = Recorded(MENU)
    call.call()
    call.press("1")
    report = call.by(MENU)
    assert report.safe
    assert (report.calls, report.ended) == (1, 0)


def test_a_history_that_begins_later_is_judged_as_far_as_it_goes() -> None:
    call = menu()
    del call.file.lines[:2]
    report = call.by(MENU)
    assert (report.partial, report.beginnings) == (1, [])
    assert messages(report.taken_over) == []
    other = call.by(MENU.replace("on busy   -> message", "on busy -> goodbye\n    on timeout -> message"))
    assert any("the script now goes to step goodbye" in message for _, message in messages(other.taken_over))


def test_a_gap_is_not_taken_for_a_path() -> None:
    call = menu()
    del call.file.lines[2]
    report = call.by(MENU)
    assert (report.partial, messages(report.beginnings), messages(report.taken_over)) == (1, [], [])


def test_webhooks_that_came_twice_count_once() -> None:
    call = Recorded(MENU)
    call.call()
    address = call.address()
    for _ in range(3):
        call.send(*address, uuid="leg-1", dtmf={"digits": "1", "timed_out": False})
    assert call.by(MENU).safe


# ---- calls that were placed with their first NCCO


def test_a_call_that_nobody_has_heard_of_is_answered_by_the_new_script() -> None:
    call = Recorded(MENU)
    call.send("input", {"at": "main", "n": "0", "call": "k-1"}, uuid="leg-1", dtmf={"digits": "2", "timed_out": False})
    assert call.by(MENU).safe
    renamed = call.by(MENU.replace("main", "welcome").replace("step welcome", "step welcome", 1))
    assert renamed.verdict == VERDICTS["broken"], "the address names what is not there"
    assert 'does not wait for "2" at `main`' in messages(renamed.deployed)[0][1]
    other = call.by(MENU.replace('on "2" { talk "Two." }', 'on "2" -> goodbye'))
    assert other.verdict == VERDICTS["different"]


# ---- fetches

DUTY = """step main {
  fetch "https://a.example/duty" as duty { on error -> closed }
  if {{ duty.open }} { -> ask }
  talk "We are closed."
}
step ask {
  talk "Press 1."
  input dtmf max_digits=1 { on "1" { talk "One." } otherwise { talk "Other." } }
}
step closed { talk "Nobody." }
"""


def test_replies_of_fetches_decide_as_they_did() -> None:
    call = Recorded(DUTY, {"open": True})
    call.call()
    call.press("1")
    assert call.by(DUTY).safe
    report = call.by(DUTY.replace("duty.open", "duty.open and duty.open == 3"))
    assert [message for _, message in messages(report.beginnings)] == [
        "at the beginning and the `fetch` at line 2, the recorded call took `if` (line 3); "
        "the script now takes `else` (line 3)"
    ]


def test_a_fetch_that_failed_fails_again() -> None:
    call = Recorded(DUTY)
    call.call()
    assert call.by(DUTY).safe
    other = DUTY.replace("on error -> closed", "on error -> ask").replace('"One." }', '"One." } on "2" -> closed')
    assert [verdict for verdict, _ in messages(call.by(other).beginnings)] == ["different"]


def test_a_fetch_behind_a_wait_is_asked_for_later() -> None:
    text = DUTY.replace("step main {\n", 'step main {\n  talk "One moment."\n  wait 3s\n')
    call = Recorded(text, {"open": True})
    call.call()
    assert call.address()[0] == "resume"
    call.send(*call.address(), uuid="leg-1")
    call.press("1")
    assert call.by(text).safe
    quick = call.by(DUTY)
    assert messages(quick.beginnings) == [], "where it is asked at once, the path is the same"


def test_a_call_that_broke_off() -> None:
    text = 'step main {\n  fetch "https://a.example" as x\n  talk "{{ x }}"\n}\n'
    call = Recorded(text)
    call.call()
    assert call.by(text).safe
    report = call.by(text.replace("as x", "as x { on error { hangup } }"))
    assert messages(report.beginnings) == [
        (
            "different",
            "at the beginning, the recorded call stopped there with E801 (line 2); the script now continues",
        )
    ]


# ---- what depends on private values

PIN = """param pin: text private
step main {
  talk "Your number, please."
  input dtmf max_digits=4 as given
  if {{ given.digits == pin }} { -> inside }
  talk "That was wrong."
}
step inside {
  talk "Press 1 or 2."
  input dtmf max_digits=1 { on "1" { talk "One." } otherwise { talk "Other." } }
}
"""
BRANCH = """param pin: text private
step main {
  talk "Your number, please."
  input dtmf max_digits=4 {
    on {{ pin }} -> inside
    retry 1 "Again."
    otherwise { talk "Goodbye." }
  }
}
step inside { talk "Welcome." }
"""


def pin(text: str, *keys: str) -> Recorded:
    call = Recorded(text, pin="4711")
    call.call()
    for key in keys:
        call.press(key)
    return call


def test_a_decision_on_a_private_value_is_taken_as_recorded() -> None:
    for keys in (("4711", "1"), ("4712",)):
        call = pin(PIN, *keys)
        report = call.by(PIN + "# later\n")
        assert report.safe
        assert report.settled == 1
        assert "471" not in call.file.text


def test_a_changed_decision_on_a_private_value_is_not_guessed() -> None:
    report = pin(PIN, "4711", "1").by(PIN.replace("given.digits == pin", "given.digits == pin | reverse"))
    assert messages(report.beginnings) == [("unknown", "the `if` at line 5 depends on a value that is not recorded")]
    assert not report.safe


def test_what_a_decision_is_made_of_counts_as_the_decision() -> None:
    with_let = PIN.replace("step main", "let right = {{ pin }}\nstep main").replace("== pin", "== right")
    call = Recorded(with_let, pin="4711")
    call.call()
    call.press("4711")
    assert call.by(with_let + "# later\n").safe
    assert not call.by(with_let.replace("let right = {{ pin }}", "let right = {{ pin | reverse }}")).safe


def test_branches_of_private_values() -> None:
    for keys in (("4711",), ("1111", "4711"), ("1111", "2222")):
        call = pin(BRANCH, *keys)
        assert call.by(BRANCH + "# later\n").safe
        assert not any(key in call.file.text for key in keys), "an answer that is compared with it is private, too"
        changed = call.by(BRANCH.replace("on {{ pin }} -> inside", 'on {{ pin }}, "1111" -> inside'))
        assert messages(changed.beginnings) == [
            ("unknown", "the branch at line 4 depends on a value that is not recorded")
        ]


def test_differences_behind_a_private_decision_are_found() -> None:
    report = pin(PIN, "4711", "1").by(PIN.replace('on "1" { talk "One." }', 'on "1" -> main'))
    assert [verdict for verdict, _ in messages(report.beginnings)] == ["different"]
    assert 'after "1" at line 10' in messages(report.beginnings)[0][1]


def test_what_the_recorded_script_did_not_read_is_not_guessed() -> None:
    call = menu()
    assert "14155550101" not in call.file.text
    report = call.by(MENU.replace("step main {\n", 'step main {\n  if {{ caller == "1" }} { -> goodbye }\n'))
    assert [verdict for verdict, _ in messages(report.beginnings)] == ["unknown"]


def test_the_report_as_data() -> None:
    data: dict[str, object] = menu().by(MENU.replace("on busy   -> message", "on timeout -> message")).to_json()
    assert (data["safe"], data["calls"], data["ended"]) == (False, 1, 1)
    assert data["in_flight"] == {
        "verdict": "safe",
        "store_checked": False,
        "counts": {"same": 4, "unknown": 0, "different": 0, "broken": 0},
        "found": [],
    }


def test_many_calls_with_one_difference_are_told_once() -> None:
    call = menu()
    lines = [line.replace(b'"call":"leg-1"', b'"call":"leg-%d"' % n) for n in range(50) for line in call.file.lines]
    call.file.lines = lines
    report = call.by(MENU.replace("on busy   -> message", "on timeout -> message"))
    (group,) = groups(report.beginnings)
    assert (group.count, len(group.calls), len(list(report.diagnostics()))) == (50, 50, 1)
    assert "call leg-0 and 49 more: " in next(report.diagnostics()).message


def test_handlers_of_the_call() -> None:
    text = """call {
  to   phone 14155550101
  from phone 14155550100
  advanced_machine_detection={behavior: continue, mode: default}
  on machine -> voicemail
}
step main {
  talk "Press 1."
  input dtmf max_digits=1 { on "1" { talk "One." } otherwise { talk "Other." } }
}
step voicemail { talk "Please call back." }
step other { talk "Other." }
"""
    text = text.replace('step other { talk "Other." }\n', "")
    call = Recorded(text)
    call.call()
    tag = tag_of(seal_of(SECRET, "ivr/leg-1"), "event")
    call.send("event", {"call": "leg-1", "tag": tag}, uuid="leg-1", status="machine")
    report = call.by(text)
    assert report.safe, messages(report.beginnings)
    assert any(entry.kind == "status" for entries in call.file.history.calls.values() for entry in entries)
    changed = call.by(
        text.replace("on machine -> voicemail", "on machine -> main").replace(
            'step voicemail { talk "Please call back." }\n', ""
        )
    )
    assert [verdict for verdict, _ in messages(changed.beginnings)] == ["different"]


def test_it_is_a_safety_report_of_one_flow() -> None:
    report = Safety(Runnable(nccodsl.load(MENU), "https://a.example/other"), menu().file.history, "other")
    assert report.calls == 0
