"""A call as a tape: what is asked, undone, replayed on an edited script, shared and saved as a test."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import nccodsl
from nccodsl.editor.happenings import Happening
from nccodsl.editor.session import MOST_ENTRIES, Session, session_from
from nccodsl.editor.whereabouts import shown_names
from nccodsl.errors import RenderError, UsageError
from nccodsl.rehearsal.replies import FetchReply
from nccodsl.runtime.web_requests import Fetched
from tests.menu_script import SALES_STEP, SUPPORT_STEP

EXAMPLES = Path(__file__).parents[3] / "examples"
_MAIN = """param pin: text private = "4711"
step main {
  set tries = 1
  talk "Press 1 for sales, 2 for support."
  set tries = 2
  input dtmf speech max_digits=1 {
    on "1", "sales" -> sales
    on "2"          -> support
    otherwise { talk "Goodbye." }
  }
}
"""
MENU = _MAIN + SALES_STEP + SUPPORT_STEP


def session(*tape: str, script: str = MENU, **more: Any) -> Session:
    begun = Session(nccodsl.load(script, name="menu.call"), **more)
    for line in tape:
        entered = begun.enter(line)
        assert entered.moved, entered.answers
        begun = entered.session
    return begun


def heard(found: Session) -> list[str]:
    return [one.text for one in found.timeline if one.kind == "heard"]


def names(found: Session, happening: Happening) -> dict[str, str]:
    return shown_names(found.replay.stage, happening.whereabouts(found.replay))


# ---- what is asked


def test_the_call_waits_for_what_the_script_asks() -> None:
    asked = session().pending
    assert asked is not None
    assert (asked.what, asked.prompt) == ("input", "keys or words")
    assert asked.words == ("1", "sales", "2", "wait", "hang up")
    assert asked.place is not None
    assert (asked.place.step, asked.place.line) == ("main", 6)


def test_an_outcome_and_a_reply_are_asked_for() -> None:
    called = session("1").pending
    assert called is not None
    assert (called.what, called.subject) == ("connect", "phone 14155550123")
    assert {"answered", "busy", "voicemail"} <= set(called.words)
    fetched = session("2", "12#").pending
    assert fetched is not None
    assert (fetched.what, fetched.subject) == ("fetch", "https://crm.example.com/12")
    assert "error" in fetched.words


def test_a_call_ends() -> None:
    ended = session("9")
    assert ended.over
    assert ended.pending is None
    assert heard(ended)[-1] == "Goodbye."
    assert not ended.enter("1").moved


def test_replies_that_are_known_are_not_asked_for() -> None:
    known = session("2", "12#", replies=[FetchReply("https://crm.example.com/*", Fetched({"name": "Ann"}))])
    assert known.over
    assert heard(known)[-1].startswith("Hello Ann")
    assert 'reply {name: "Ann"}' in known.as_test()


# ---- the tape


def test_what_is_not_understood_is_not_on_the_tape() -> None:
    called = session("1")
    entered = called.enter("perhaps")
    assert not entered.moved
    assert entered.session.tape == ("1",)
    assert "type one of answered, busy" in entered.answers[-1].text


@pytest.mark.parametrize("line", ["help", "where", "again"])
def test_questions_about_the_call_are_answered(line: str) -> None:
    entered = session().enter(line)
    assert not entered.moved
    assert entered.session.tape == ()
    assert entered.answers


def test_undo_takes_back_and_a_jump_forgets() -> None:
    later = session("2", "12#", "error")
    assert later.over
    back = later.undo()
    assert back.pending is not None
    assert back.pending.what == "fetch"
    assert later.back_to(1).tape == ("2",)
    assert session().undo().tape == ()
    with pytest.raises(UsageError, match="no entry 4"):
        later.back_to(4)


def test_pressing_and_saying() -> None:
    assert session().press("2").pending is not None
    assert session().say("sales").tape == ("say sales",)
    with pytest.raises(UsageError, match="keys 0-9"):
        session().press("x")


def test_a_tape_is_not_endless() -> None:
    with pytest.raises(UsageError, match=f"at most {MOST_ENTRIES}"):
        Session(nccodsl.load(MENU, name="menu.call"), tape=["1"] * (MOST_ENTRIES + 1))


def test_what_stands_behind_the_end_of_a_call_is_left_out() -> None:
    assert Session(nccodsl.load(MENU, name="menu.call"), tape=["9", "1", "2"]).tape == ("9",)


def test_values_that_do_not_fit_are_reported() -> None:
    with pytest.raises(RenderError, match="E212"):
        session(values={"nope": 1})


# ---- the timeline


def test_each_entry_has_its_line_and_its_text() -> None:
    found = session("2", "12#", '{"name": "Ann"}')
    stops = [(one.kind, one.place.line) for one in found.timeline if one.stops and one.place]
    assert stops == [
        *(("heard", 4), ("asked", 6), ("heard", 20), ("asked", 21)),
        *(("asked", 22), ("fetch", 22), ("heard", 23)),
    ]
    first = next(one for one in found.timeline if one.kind == "heard")
    assert first.place is not None
    shown = first.to_json(found.replay)
    start, end = shown["span"]
    assert MENU[start:end].startswith('talk "Press 1')
    assert shown["at"] == 0.1
    assert shown["names"]["tries"] == "1"


def test_names_are_those_of_the_moment_and_private_ones_are_hidden() -> None:
    found = session("2", "12#")
    asked = [one for one in found.timeline if one.kind == "asked"]
    assert names(found, asked[0])["tries"] == "2"
    assert "number" not in names(found, asked[1])
    assert json.loads(names(found, asked[2])["number"])["digits"] == "12"
    assert names(found, asked[2])["pin"] == "(private)"
    assert "4711" not in json.dumps(asked[2].to_json(found.replay))


# ---- another script


def test_the_tape_goes_on_with_an_edited_script() -> None:
    before = session("2")
    edited = nccodsl.load(MENU.replace("Enter your number.", "Your number, please."), name="menu.call")
    reloaded = before.with_flow(edited)
    assert reloaded.altered is None
    assert reloaded.session.tape == ("2",)
    assert heard(reloaded.session)[-1] == "Your number, please."


def test_an_edit_that_changes_the_call_stops_it_there() -> None:
    before = session("2", "12#", "error")
    edited = nccodsl.load(
        MENU.replace('on "2"          -> support', 'on "2" -> sales on "3" -> support'), name="menu.call"
    )
    reloaded = before.with_flow(edited)
    assert reloaded.session.tape == ("2",)
    assert reloaded.session.pending is not None
    assert reloaded.session.pending.what == "connect"
    assert str(reloaded.altered) == (
        "your change altered this call here: it waited for outcome of phone 14155550123 in step sales; "
        "before, it waited for keys in step support"
    )


def test_an_edit_that_ends_the_call_is_reported() -> None:
    before = session("2")
    edited = nccodsl.load(
        MENU.replace('on "2"          -> support', 'on "2" { hangup } on "3" -> support'), name="menu.call"
    )
    reloaded = before.with_flow(edited)
    assert reloaded.session.over
    assert "it ended" in str(reloaded.altered)


def test_an_edit_that_goes_on_where_the_call_ended_is_reported() -> None:
    before = session("9")
    edited = nccodsl.load(MENU.replace('{ talk "Goodbye." }', "-> support"), name="menu.call")
    reloaded = before.with_flow(edited)
    assert not reloaded.session.over
    assert "before, it ended" in str(reloaded.altered)


# ---- what is kept


def test_a_saved_test_is_a_block_of_the_script() -> None:
    written = session("2", "12#", '{"name": "Ann"}').as_test("Ann asks")
    assert (
        written
        == """test "Ann asks" {
  hear "Press 1 for sales, 2 for support."
  press "2"
  hear "Enter your number."
  press "12#"
  fetched "https://crm.example.com/12" reply {name: "Ann"}
  hear "Hello Ann, your pin is"
  ended
}
"""
    )


def test_a_saved_test_dials_and_speaks() -> None:
    written = session("say sales", "busy").as_test()
    assert 'say "sales"' in written
    assert "dialled phone 14155550123\n  busy\n" in written


def test_values_and_the_moment_are_in_a_saved_test() -> None:
    script = 'param name: text\nzone "Europe/London"\ntalk "{{ name }}, it is {{ now.hour }}."'
    written = session(script=script, values={"name": "Ann"}, at=datetime(2026, 12, 1, 9, 30, tzinfo=UTC)).as_test()
    assert 'at "2026-12-01 09:30:00+00:00"' in written
    assert 'with name="Ann"' in written
    assert 'hear "Ann, it is 9."' in written


def test_a_saved_test_knows_the_translations_of_the_script() -> None:
    flow = nccodsl.load(EXAMPLES / "clinic-line" / "script.call", name="clinic.call")
    spanish = Session(flow, tape=["2"], at=datetime(2026, 12, 1, 15, tzinfo=UTC))
    assert "Para escuchar su cita" in spanish.as_test()


def test_what_no_test_can_tell_is_refused() -> None:
    with pytest.raises(UsageError, match="a call that failed cannot be saved"):
        session("2", "12#", '{"nam": "Ann"}').as_test()
    with pytest.raises(UsageError, match="nothing to save"):
        session(script="input dtmf max_digits=1 { otherwise { hangup } }").as_test()


def test_a_shared_tape_comes_back_without_private_values() -> None:
    shared = session("2", values={"pin": "1234"}).to_json()
    assert shared["private"] == ["pin"]
    assert "1234" not in json.dumps(shared)
    again = session_from(json.loads(json.dumps(shared)), nccodsl.load(MENU, name="menu.call"), {"pin": "1234"})
    assert again.tape == ("2",)
    assert again.values == {"pin": "1234"}


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {"tape": 2, "entries": []},
        {"tape": 1, "entries": "1"},
        {"tape": 1, "entries": [1]},
        {"tape": 1, "entries": [], "values": []},
        {"tape": 1, "entries": [], "seed": "x"},
        {"tape": 1, "entries": [], "after_connect": "no"},
        {"tape": 1, "entries": [], "at": "noon"},
        {"tape": 1, "entries": [], "at": 5},
    ],
)
def test_what_is_no_tape_is_refused(data: object) -> None:
    with pytest.raises(UsageError):
        session_from(data, nccodsl.load(MENU, name="menu.call"))
