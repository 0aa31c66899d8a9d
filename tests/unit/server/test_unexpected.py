"""What nobody expects of callers, networks and scripts, and what a flow does then."""

from __future__ import annotations

import gc
import json
import weakref
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

import nccodsl
from nccodsl.runtime.first_ncco import begun, first_ncco
from nccodsl.runtime.operations import KeptState
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.state import State, plain
from nccodsl.runtime.value_token import write_token
from nccodsl.runtime.web_requests import Fetched
from nccodsl.server.driver import now
from nccodsl.server.front import WebhookRequest
from nccodsl.server.stores.memory import MemoryStore
from nccodsl.server.stores.sqlite_store import SqliteStore
from tests.unit.server.handle_drive import LEG, MENU, SECRET, URL, Caller, tagged

CALL = "call { to phone 14155550101 from phone 14155550100 advanced_machine_detection={behavior: continue, mode: default} %s }"
OTHER = {"uuid": "leg-9", "conversation_uuid": "CON-9"}


def test_visits_behind_what_takes_its_time() -> None:
    caller = Caller(
        """
        step main {
          talk "{{ visits }}"
          record end_on_silence=3s
          fetch "https://crm.example.com/{{ visits }}" as customer { on error { talk "Error, {{ visits }}." hangup } }
          talk "{{ customer.name }}, {{ visits }}."
        }
        """,
        lambda url: Fetched({"name": url}),
    )
    caller.call()
    route, query = caller.address()
    assert caller.send(route, query, **LEG).status == 200
    assert caller.said == ["https://crm.example.com/1, 1."]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("{{ (1, 2) }}", "[1, 2]"),
        ("{{ range(2) }}", "[0, 1]"),
        ('{{ {1: "one"} }}', "{'1': 'one'}"),
        ("{{ day }}", "2026-12-01"),
    ],
)
def test_an_event_that_comes_twice_finds_the_same_values(value: str, shown: str) -> None:
    caller = Caller(
        f'param day: date = "2026-12-01"\nstep main {{ set kept = {value} input dtmf as a talk "{{{{ kept }}}} {{{{ day }}}} {{{{ a.digits }}}}" input dtmf as b talk "{{{{ kept }}}}{{{{ b.digits }}}}" }}'
    )
    caller.call()
    event = caller.address()
    answer = caller.press("1")
    assert caller.said == [f"{shown} 2026-12-01 1"]
    again = caller.send(*event, **LEG, dtmf={"digits": "1"})
    assert (again.status, again.body) == (200, answer.body)


def test_what_a_fetch_brings_is_never_taken_for_ours() -> None:
    foreign = {"$type": "date", "is": "2026-01-02", "more": [{"$type": "object", "is": [["a", 1]]}]}
    state = State("v", "k", "main", names={"x": foreign, "y": {"$type": "date", "is": "2026-01-02"}})
    assert State.from_bytes(state.to_bytes()) == state
    assert plain(foreign) == foreign


def test_the_beep_is_not_taken_back_by_what_was_found_before_it() -> None:
    caller = Caller(
        CALL % 'on machine { talk "Machine." } on beep { talk "Beep." } on human { talk "Human." }'
        + '\nstep main { talk "Hello." input dtmf { on "1" { talk "One." } otherwise { talk "Bye." } } }'
    )
    caller.call()
    caller.send("event", {}, **LEG, status="machine", sub_state="beep_start")
    assert caller.said == ["Beep."]
    for status in ("machine", "human"):
        assert caller.send("event", {}, **LEG, status=status).status == 204
    assert caller.send("event", {}, **LEG, status="machine", sub_state="beep_start").status == 200
    assert caller.said == ["Beep."]


def test_a_handler_that_goes_back_counts_the_visit() -> None:
    caller = Caller(
        CALL % "on human -> main"
        + '\nstep main { if {{ visits == 1 }} { talk "Welcome." } talk "Press 1." input dtmf as a talk "{{ a.digits }}" }'
    )
    caller.call()
    assert caller.said == ["Welcome.", "Press 1."]
    caller.send("event", {}, **LEG, status="human")
    assert caller.said == ["Press 1."]


def test_a_call_that_is_over_stays_over() -> None:
    caller = Caller('step main { talk "Hi." input dtmf as a talk "{{ a.digits }}" }')
    caller.call()
    caller.send("event", {}, **LEG, status="completed")
    caller.press("1")
    assert caller.state.ended


def test_what_was_sent_for_one_call_does_not_move_another() -> None:
    caller = Caller(
        'step main { talk "Pay?" input dtmf max_digits=1 { on "1" { talk "Paid." } otherwise { talk "No." } } }'
    )
    caller.call()
    address = caller.address()
    refused = caller.send(*address, **OTHER, dtmf={"digits": "1"})
    assert (refused.status, refused.code) == (401, "E814")
    assert caller.state.moves == 0
    assert caller.send(*address, **LEG, dtmf={"digits": "1"}).status == 200


def test_one_failure_of_a_connect_is_not_another() -> None:
    caller = Caller(
        'step main { connect phone 14155550123 from=14155550100 { on busy { talk "Busy." input dtmf as a talk "{{ a.digits }}" } otherwise { talk "Else." } } }'
    )
    caller.call()
    route, query = caller.address()
    busy = caller.send(route, query, uuid="leg-2", status="busy")
    assert caller.send(route, query, uuid="leg-2", status="busy").body == busy.body
    assert caller.send(route, query, uuid="leg-2", status="failed").status == 204
    assert caller.send(route, query, uuid="leg-3", status="busy").status == 204


STATIC = """
step main { talk "Press 1." input dtmf max_digits=1 { on "1" -> balance otherwise -> main } }
step balance { talk "Your number?" input dtmf max_digits=4 as n talk "It is {{ n.digits }}." }
"""


def test_a_flow_is_asked_for_the_rest() -> None:
    """Somebody else has answered with what was compiled beforehand: its addresses know no call, and no move."""
    caller = Caller(STATIC)
    assert caller.send("input", {"at": "balance"}, **LEG, dtmf={"digits": "42"}).status == 200
    assert caller.said == ["It is 42."]


@pytest.mark.parametrize("at", ["main", "nowhere"])
def test_a_call_that_nobody_knows(at: str) -> None:
    caller = Caller(STATIC)
    assert caller.send("resume", {"at": at}, **LEG).status == 410
    assert not caller.kept


def test_a_recording_in_the_query_of_an_answer_is_no_recording() -> None:
    caller = Caller(STATIC)
    assert caller.send("answer", {}, **LEG, recording_url="https://example.com/x.mp3").status == 200
    assert caller.send("event", {}, **LEG, recording_url="https://example.com/x.mp3").status == 204


def test_half_a_surrogate_pair_is_said_and_asked_for_as_something_else() -> None:
    caller = Caller(
        """
        step main {
          talk "Who?"
          input speech as who
          fetch "https://crm.example.com/{{ who.speech }}" as customer { on error { talk "Sorry." hangup } }
          talk "{{ who.speech }}, {{ customer.url }}."
        }
        """,
        lambda url: Fetched({"url": url}),
    )
    caller.call()
    caller.say("\ud83d")
    assert caller.said == ["?, https://crm.example.com/%3F."]
    caller.reply.body.decode("utf-8")


def test_a_fallback_by_get_says_the_same_as_by_post() -> None:
    bench = nccodsl.load(STATIC).asgi(URL, store=MemoryStore(secret=SECRET), allow_unsigned=True).front
    script = Caller(STATIC).script
    now(bench.answer(script, "answer", WebhookRequest("GET", urlencode(LEG).encode())))
    original = {"url": f"{URL}/input?{tagged('main')}", "type": "input"}
    query = {**LEG, "dtmf": json.dumps({"digits": "1"}), "original_request": json.dumps(original), "reason": "late"}
    answer = now(bench.answer(script, "fallback", WebhookRequest("GET", urlencode(query).encode())))
    assert (answer.status, json.loads(answer.body)[0]["text"]) == (200, "Your number?")
    odd = {**query, "original_request": "{", "dtmf": "{"}
    assert now(bench.answer(script, "fallback", WebhookRequest("GET", urlencode(odd).encode()))).body == b"[]"


def test_a_script_without_params_takes_what_it_names_from_the_address() -> None:
    caller = Caller('step main { talk "Hello {{ who }}." input dtmf as a talk "{{ a.digits }}" }')
    reply = caller.send("answer", {"who": "Ann", "region_url": "https://example.com"}, **LEG)
    assert reply.status == 200
    assert caller.said == ["Hello Ann."]
    assert dict(caller.state.values) == {"who": "Ann"}


def test_values_that_the_platform_quotes_are_not_told() -> None:
    caller = Caller(
        'param pin: text private\nstep main { talk "{{ pin }}" input dtmf as a talk "{{ a.digits }}" }',
        pin="topsecret77",
    )
    caller.call()
    reply = caller.send("event", {}, **LEG, reason="invalid text topsecret77 at /0/text")
    assert (reply.code, reply.place) == ("E812", "script.call:2")
    assert "topsecret77" not in reply.problem


@pytest.mark.parametrize(
    ("reason", "place"),
    [
        ("the NCCO is invalid (at /1/text)", "script.call:3"),
        ("invalid value at $[0].text", "script.call:2"),
        ("syntax error", "script.call:2"),
        ("at /99/text", "script.call:2"),
    ],
)
def test_an_error_of_the_platform_is_told_with_the_line_of_the_script(reason: str, place: str) -> None:
    caller = Caller('step main { \n talk "One." \n talk "Two." \n input dtmf as a talk "{{ a.digits }}" }')
    caller.call()
    reply = caller.send("event", {}, conversation_uuid="CON-1", reason=reason)
    assert (reply.status, reply.code) == (204, "E812")
    assert reply.place == place or (reason in ("syntax error", "at /99/text") and reply.place == "script.call:1")


def test_a_call_that_was_placed_takes_no_body_of_another_call_before_it_knows_its_leg() -> None:
    caller = Caller(MENU)
    for key in ("placed-1", "placed-2"):
        state = begun(caller.script, {}, key=key, token=False)
        caller.kept[key] = KeptState(state.to_bytes(), 1)
    # The first events of the first call were lost; those of the second one were not.
    caller.send("event", {"call": "placed-2"}, **OTHER, status="started")
    pressed = {"dtmf": {"digits": "1", "timed_out": False}}
    reply = caller.send("input", {"at": "main", "n": "0", "call": "placed-1"}, **OTHER, **pressed)
    assert (reply.status, reply.code, reply.moved) == (401, "E814", False)
    assert caller.send("input", {"at": "main", "n": "0", "call": "placed-1"}, **LEG, **pressed).moved
    assert caller.send("input", {"at": "main", "n": "0", "call": "placed-2"}, **OTHER, **pressed).moved


def test_an_error_of_a_connected_leg_is_told() -> None:
    caller = Caller(
        'step main { talk "One."\n connect phone 14155550123 from=14155550100 { on busy { talk "Busy." } otherwise hangup } }'
    )
    caller.call()
    reply = caller.send(*caller.address(), conversation_uuid="CON-1", reason="the server answered 503")
    assert (reply.status, reply.code, reply.moved) == (204, "E812", False)
    assert "the server answered 503" in reply.problem


@pytest.mark.parametrize("route", ["answer", "event", "input", "connect", "resume", "record", "fallback", "nowhere"])
@pytest.mark.parametrize(
    ("query", "payload"),
    [
        ({}, {}),
        ({"call": "../../etc"}, {}),
        ({"call": "x" * 999}, LEG),
        ({"at": "main", "n": "99999999999", "call": "k"}, LEG),
        ({"at": "nowhere", "n": "0", "call": "k"}, LEG),
        ({"with": "no token", "call": "k"}, LEG),
        ({"with": write_token({"there": "is no such param"}), "call": "k"}, LEG),
        ({"n": "٣"}, {"uuid": 5, "conversation_uuid": ["x"]}),
    ],
)
def test_odd_webhooks_are_refused_in_words(route: str, query: dict[str, str], payload: dict[str, Any]) -> None:
    caller = Caller(MENU)
    reply = caller.send(route, query, **payload)
    assert reply.status in (200, 204, 400, 404, 410, 500)
    assert reply.status in (200, 204) or reply.code


SAYS = 'step main { talk "Who?" input speech as who talk "%s" input dtmf as a talk "Done." }'


@pytest.mark.parametrize(
    ("says", "most"), [("{{ who.speech }}", 1500), ("<speak>You are <s>{{ who.speech }}</s>.</speak>", 1600)]
)
def test_words_that_are_too_many_to_be_said_are_cut(says: str, most: int) -> None:
    caller = Caller(SAYS % says)
    caller.call()
    words = "secret & words " * 200
    reply = caller.say(words)
    assert (reply.status, reply.code, reply.place) == (200, "E815", "script.call:1")
    assert "secret" not in reply.problem
    (text,) = caller.said
    assert 1480 < len(text) <= most
    assert "secr " not in text.replace("<", " <")
    assert not [found for found in nccodsl.validate(json.dumps(caller.ncco)) if found.is_error]
    assert caller.press("1").code == ""
    assert caller.said == ["Done."]


def test_a_private_text_that_is_cut_is_told_without_its_length() -> None:
    caller = Caller('param pin: text private\nstep main { input dtmf as a talk "{{ pin }}" }', pin="1 " * 1000)
    caller.call()
    reply = caller.press("1")
    assert (reply.status, reply.code) == (200, "E815")
    assert "2,000" not in reply.problem


def test_a_text_that_is_too_long_before_the_call_is_an_error() -> None:
    script = Runnable(nccodsl.load('param name: text\nstep main { talk "{{ name }}" input dtmf as a talk "x" }'), URL)
    with pytest.raises(nccodsl.RenderError) as caught:
        first_ncco(script, begun(script, {"name": "word " * 400}, key="k", token=False))
    assert caught.value.diagnostics[0].code == "E311"


# ---- without a server


FLOW = 'param name: text = "x"\nstep main { talk "Hi {{ name }}." input dtmf as a talk "{{ name }} {{ a.digits }}" }'


def answered(flow: Any, leg: str, **given: Any) -> Any:
    return flow.answer("", {"uuid": leg}, flow_url=URL, **given)


def pressed(flow: Any, leg: str, first: Any, **given: Any) -> Any:
    query = json.loads(first.body)[1]["eventUrl"][0].partition("?")[2]
    return flow.event(query, {"uuid": leg, "dtmf": "1"}, flow_url=URL, route="input", **given)


def test_calls_with_other_values_are_kept_together() -> None:
    flow = nccodsl.load(FLOW)
    ann, bob = answered(flow, "A", name="Ann"), answered(flow, "B", name="Bob")
    assert json.loads(pressed(flow, "A", ann).body)[0]["text"] == "Ann 1"
    assert json.loads(pressed(flow, "B", bob, name="Bob").body)[0]["text"] == "Bob 1"


def test_stores_that_are_given_are_not_held(tmp_path: Path) -> None:
    flow = nccodsl.load(FLOW)
    stores = [MemoryStore() for _ in range(3)]
    held = [weakref.ref(store) for store in stores]
    for store in stores:
        assert answered(flow, "A", store=store).status == 200
    del store, stores
    gc.collect()
    assert [one() is None for one in held] == [True, True, False]
    first, second = (SqliteStore(tmp_path / "calls.db") for _ in range(2))
    reply = answered(flow, "A", store=first)
    assert pressed(flow, "A", reply, store=second).status == 200


def test_a_flow_that_has_answered_can_be_forgotten() -> None:
    flow = nccodsl.load(FLOW)
    answered(flow, "A")
    held = weakref.ref(flow)
    del flow
    gc.collect()
    assert held() is None


@pytest.mark.parametrize("body", [[], 5, "[]", b"x"])
def test_bodies_that_are_none(body: Any) -> None:
    assert nccodsl.load(FLOW).answer("", body, flow_url=URL).status == 400
