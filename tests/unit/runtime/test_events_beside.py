"""What runs beside a call: its end, its recordings, and what a callee is whispered."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from nccodsl.runtime.events_beside import transcript
from nccodsl.runtime.operations import Save
from nccodsl.runtime.web_requests import PLATFORM_TOKEN, Fetch, Fetched
from tests.unit.server.handle_drive import LEG, Caller

END = """
on ended {
  set long = {{ call.seconds > 10 }}
  if {{ long }} { send "https://a.example/long" body={long: true} }
  send "https://a.example/ended"
    body={seconds: {{ call.seconds }}, outcome: {{ call.outcome }}, price: {{ call.price }}, step: {{ step }}, id: {{ call.uuid }}, key: {{ (key | default({})).digits | default("") }}, topic: {{ topic | default("") }}}
}
step main {
  talk "Hello."
  input dtmf max_digits=1 as key { on "1" -> second on "2" { talk "Bye." hangup } otherwise { hangup } }
}
step second {
  set topic = "cakes"
  talk "Second."
  input dtmf { otherwise { } }
}
"""
DONE: dict[str, Any] = {"start_time": "2026-12-01T10:00:00.000Z", "duration": "12", "price": "0.0045"}


def test_the_end_of_a_call_is_told_once_with_what_it_was() -> None:
    caller = Caller(END)
    caller.call()
    caller.press("1")
    caller.ended(**DONE)
    caller.ended(**DONE)
    told = {
        "seconds": 12,
        "outcome": "completed",
        "price": 0.0045,
        "step": "second",
        "id": "leg-1",
        "key": "1",
        "topic": "cakes",
    }
    assert caller.bodies == [{"long": True}, told]
    assert caller.state.ended


def test_the_step_is_the_last_one_also_where_the_call_ends_without_another_ncco() -> None:
    caller = Caller(END)
    caller.call()
    caller.press("7")
    assert caller.ncco == []
    caller.ended(**{**DONE, "price": "no number"})
    assert caller.bodies[-1]["step"] == "main"  # type: ignore[index]
    assert caller.bodies[-1]["price"] is None  # type: ignore[index]


@pytest.mark.parametrize("status", ["busy", "cancelled", "failed", "rejected", "timeout", "unanswered"])
def test_a_call_that_nobody_answered_has_no_seconds_and_no_step(status: str) -> None:
    caller = Caller(END)
    caller.call()
    caller.ended(status)
    caller.ended("completed")
    (told,) = caller.bodies
    assert isinstance(told, dict)
    assert (told["seconds"], told["outcome"], told["step"]) == (0, status, "")


def test_a_completed_call_that_lasted_no_time_was_not_answered() -> None:
    caller = Caller(END)
    caller.call()
    caller.ended("completed", duration="0")
    assert caller.bodies[0]["outcome"] == "unanswered"  # type: ignore[index]


def test_statuses_in_between_end_nothing() -> None:
    caller = Caller(END)
    caller.call()
    for status in ("started", "ringing", "answered", "machine"):
        caller.ended(status)
    assert not caller.outbox
    assert not caller.state.ended


def test_a_flow_that_has_failed_is_ended_all_the_same() -> None:
    caller = Caller(
        'on ended { send "https://a.example" body={step: {{ step }}} }\n'
        'step main { input dtmf as k talk "{{ k.digits | int / 0 }}" }'
    )
    caller.call()
    assert caller.press("1").status == 500
    caller.ended(**DONE)
    assert caller.bodies == [{"step": "main"}]


def test_a_handler_that_fails_says_where_and_the_call_is_over() -> None:
    caller = Caller(
        'on ended {\n  send "https://a.example" body={a: {{ call.seconds / 0 }}}\n}\nstep main { talk "Hello." }'
    )
    caller.call()
    reply = caller.ended(**DONE)
    assert (reply.code[0], reply.place) == ("E", "script.call:2")
    assert caller.state.ended


VISITS = """
on ended { send "https://a.example/ended" body={visits: {{ visits }}} }
step main {
  record as message {
    on saved { send "https://a.example/saved" body={visits: {{ visits }}} }
  }
  input dtmf max_digits=1 { on "1" -> second otherwise -> main }
}
step second {
  input dtmf max_digits=1 { otherwise { } }
}
"""


@pytest.mark.parametrize(("keys", "visits"), [("", 1), ("7", 2), ("77", 3), ("71", 1)])
def test_visits_in_a_handler_of_the_end_are_of_the_last_step(keys: str, visits: int) -> None:
    caller = Caller(VISITS)
    caller.call()
    for key in keys:
        caller.press(key)
    caller.ended(**DONE)
    assert caller.bodies == [{"visits": visits}]


def test_the_end_of_a_call_that_began_no_step_knows_no_visits() -> None:
    caller = Caller(VISITS)
    caller.call()
    caller.ended("busy")
    assert caller.bodies == [{"visits": 0}]


@pytest.mark.parametrize("late", [False, True])
def test_visits_in_a_handler_of_a_recording_are_of_its_step(late: bool) -> None:
    caller = Caller(VISITS)
    caller.call()
    caller.press("7")
    where = address(caller.ncco[0]["eventUrl"][0])
    if late:
        caller.press("1")
    caller.send(*where, **SAVED)
    assert caller.bodies == [{"visits": 2}]


# ---- recordings

RECORD = """
step main {
  set topic = "cakes"
  talk "Speak."
  record end_on_key="#" as message {
    on saved { send "https://a.example/saved" body={url: {{ message.url }}, seconds: {{ message.seconds }}, size: {{ message.size }}, topic: {{ topic }}} }
    on transcribed { set text = {{ message.text | upper }} send "https://a.example/text" body={text: {{ text }}, id: {{ message.uuid }}} }
  }
  set topic = "bread"
  input dtmf max_digits=1 { on "1" -> main otherwise { } }
  talk "Bye."
}
"""
SAVED: dict[str, Any] = {
    "conversation_uuid": "CON-1",
    "recording_uuid": "rec-1",
    "recording_url": "https://api.example.com/files/rec-1",
    "size": 1234,
    "start_time": "2026-12-01T10:00:00Z",
    "end_time": "2026-12-01T10:00:07.500Z",
}
WORDS: dict[str, Any] = {
    "conversation_uuid": "CON-1",
    "type": "record",
    "status": "transcribed",
    "recording_uuid": "rec-1",
    "transcription_url": "https://api.nexmo.com/v1/files/rec-1/transcription",
}
TRANSCRIPT = {
    "channels": [{"transcript": [{"sentence": "me back", "timestamp": 9}, {"sentence": "Call", "timestamp": 1}]}]
}


def address(url: str) -> tuple[str, dict[str, str]]:
    parts = urlsplit(url)
    return parts.path.rpartition("/")[2], dict(parse_qsl(parts.query))


def test_a_recording_is_told_with_the_names_of_its_place_and_once() -> None:
    caller = Caller(RECORD)
    caller.call()
    (action,) = [one for one in caller.ncco if one["action"] == "record"]
    where = address(action["eventUrl"][0])
    assert where[0] == "record"
    assert caller.send(*where, **SAVED).status == 204
    assert caller.send(*where, **SAVED).status == 204
    assert caller.bodies == [{"url": SAVED["recording_url"], "seconds": 7.5, "size": 1234, "topic": "cakes"}]
    assert caller.state.moves == 0, "the call is where it was"
    assert caller.press("9").status == 200


def test_a_recording_may_come_late_and_after_the_end() -> None:
    caller = Caller(RECORD)
    caller.call()
    (action,) = [one for one in caller.ncco if one["action"] == "record"]
    caller.press("1")
    caller.ended(**DONE)
    caller.send(*address(action["eventUrl"][0]), **SAVED)
    assert [request.url for request in caller.outbox.values()] == ["https://a.example/saved"]


def test_two_recordings_of_one_statement_are_two() -> None:
    caller = Caller(RECORD)
    caller.call()
    first = next(one["eventUrl"][0] for one in caller.ncco if one["action"] == "record")
    caller.press("1")
    second = next(one["eventUrl"][0] for one in caller.ncco if one["action"] == "record")
    caller.send(*address(second), **{**SAVED, "size": 2})
    caller.send(*address(first), **{**SAVED, "size": 1})
    assert [body["size"] for body in caller.bodies if isinstance(body, dict)] == [2, 1]


def test_two_recordings_of_one_statement_in_one_move_are_two() -> None:
    caller = Caller(
        """
        step main { -> a }
        step a { record as m { on saved { send "https://a.example" body={id: {{ m.uuid }}} } } -> b }
        step b { if {{ visits == 1 }} { -> a } talk "Bye." }
        """
    )
    caller.call()
    where = {one["eventUrl"][0] for one in caller.ncco if one["action"] == "record"}
    assert len(where) == 1
    for uuid in ("rec-1", "rec-2", "rec-1"):
        caller.send(*address(*where), **{**SAVED, "recording_uuid": uuid})
    assert caller.bodies == [{"id": "rec-1"}, {"id": "rec-2"}]


def test_the_end_sends_nothing_again_that_its_last_ncco_has_sent() -> None:
    """A script whose retry speaks in a voice that depends on the call walks all of its NCCO to know it."""
    caller = Caller(
        """
        on ended { send "https://a.example/ended" }
        step main {
          talk "Hello." language={{ "en-GB" if visits == 1 else "en-US" }}
          send "https://a.example/main"
          input dtmf { on "1" -> main retry 1 "Again." otherwise { hangup } }
        }
        """
    )
    assert caller.script.keeps_voice
    caller.call()
    caller.ended(**DONE)
    last = [one for one in caller.operations if isinstance(one, Save)][-1]
    assert [request.url for request in last.sends] == ["https://a.example/ended"]


def test_a_transcription_is_fetched_as_the_application() -> None:
    caller = Caller(RECORD, lambda _: Fetched(TRANSCRIPT))
    caller.call()
    (action,) = [one for one in caller.ncco if one["action"] == "record"]
    caller.send(*address(action["transcription"]["eventUrl"][0]), **WORDS)
    assert caller.bodies == [{"text": "CALL ME BACK", "id": "rec-1"}]
    (fetch,) = [one for one in caller.operations if isinstance(one, Fetch)]
    assert fetch.request.url == WORDS["transcription_url"]
    assert fetch.request.secrets == {PLATFORM_TOKEN}
    assert fetch.request.free_host, "the address comes from a webhook"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/transcription",
        "http://api.nexmo.com/x",
        "https://api.nexmo.com.evil.example/x",
        "https://api.nexmo.com@evil.example/x",
        "http://127.0.0.1:1/x",
        "http://[::1/x",
        "calls.example.com",
        "",
        7,
        None,
    ],
)
def test_a_token_goes_to_the_platform_only(url: object) -> None:
    caller = Caller(RECORD, lambda _: Fetched(TRANSCRIPT))
    caller.call()
    (action,) = [one for one in caller.ncco if one["action"] == "record"]
    reply = caller.send(*address(action["transcription"]["eventUrl"][0]), **{**WORDS, "transcription_url": url})
    assert (reply.status, reply.code) == (204, "E821")
    assert caller.bodies == [{"text": "", "id": "rec-1"}]
    assert not [one for one in caller.operations if isinstance(one, Fetch)]


@pytest.mark.parametrize(
    "value", [None, 1, [], {}, {"channels": 1}, {"channels": [1, {"transcript": [1, {"sentence": 2}]}]}]
)
def test_a_transcription_that_is_none_is_empty(value: object) -> None:
    assert transcript(value) == ""


@pytest.mark.parametrize("big", [10**400, -(10**400), "9" * 5000, "1e999"])
def test_numbers_that_are_too_large_are_none(big: object) -> None:
    caller = Caller(END)
    caller.call()
    caller.press("1")
    caller.ended(**{**DONE, "duration": big, "price": big})
    assert (caller.bodies[-1]["seconds"], caller.bodies[-1]["price"]) == (0, None)
    parts = [{"sentence": "b", "timestamp": 1}, {"sentence": "a", "timestamp": big}]
    assert transcript({"channels": [{"transcript": parts}]}) == "a b"


def test_forged_and_lost_recordings_are_refused() -> None:
    caller = Caller(RECORD)
    caller.call()
    route, query = address(next(one["eventUrl"][0] for one in caller.ncco if one["action"] == "record"))
    assert caller.send(route, {**query, "n": "7"}, **SAVED).status == 401
    assert caller.send(route, {**query, "tag": "x"}, **SAVED).status == 401
    assert caller.send(route, {**query, "call": "leg-9"}, **SAVED).status == 410
    assert caller.send(route, query, **{**SAVED, "conversation_uuid": "CON-2"}).status == 401
    assert not caller.outbox


def test_a_recording_without_handlers_needs_nothing() -> None:
    caller = Caller('record end_on_key="#"\ninput dtmf { otherwise { } }')
    caller.call()
    assert "eventUrl" not in caller.ncco[0]
    assert caller.send("record", {}, **SAVED).status == 204


# ---- whispers

WHISPER = """
step main {
  set topic = "cakes"
  connect phone 14155550123 from=14155550100 on_answer_ringback_tone="https://a.example/tone.mp3" {
    whisper {
      if {{ topic == "cakes" }} { talk "About {{ topic }}." } else { talk "Hello." }
      wait 1s
    }
    on busy -> main
  }
  set topic = "bread"
  talk "Bye."
}
"""


def test_a_callee_hears_the_names_of_the_connect_and_nothing_moves() -> None:
    caller = Caller(WHISPER)
    caller.call()
    (endpoint,) = caller.ncco[0]["endpoint"]
    assert endpoint["onAnswer"]["ringbackTone"] == "https://a.example/tone.mp3"
    where = address(endpoint["onAnswer"]["url"])
    reply = caller.send(*where, uuid="leg-2", conversation_uuid="CON-1")
    assert json.loads(reply.body) == [{"action": "talk", "text": "About cakes."}, {"action": "wait", "timeout": 1}]
    assert caller.state.moves == 0


def test_a_callee_of_a_connect_that_is_over_hears_nothing() -> None:
    caller = Caller(WHISPER)
    caller.call()
    where = address(caller.ncco[0]["endpoint"][0]["onAnswer"]["url"])
    caller.connected("busy")
    assert caller.send(*where, uuid="leg-2", conversation_uuid="CON-1").body == b"[]"
    assert caller.send("whisper", {**where[1], "tag": "x"}, uuid="leg-2").status == 401
    assert caller.send("whisper", {**where[1], "call": "leg-9"}, uuid="leg-2").status == 410


# ---- WebSockets, SIP and client calls


def test_a_websocket_that_is_closed_takes_its_branch_and_without_one_the_call_goes_on() -> None:
    text = 'step main {{ connect websocket "wss://ai.example.com" content_type="audio/l16;rate=16000" {{ {} on failed {{ }} }} talk "Bye." }}\nstep human {{ talk "A person." }}'
    caller = Caller(text.format("on disconnected -> human"))
    caller.call()
    assert caller.connected("disconnected").status == 200
    assert caller.said == ["A person."]
    caller = Caller(text.format("on busy -> human"))
    caller.call()
    assert caller.connected("disconnected").status == 204


def test_facts_of_sip_and_client_calls() -> None:
    text = (
        "talk \"{{ call.from_user }}|{{ call.custom_data.plan | default(0) }}|{{ call.headers['X-Id'] | default(0) }}\""
    )
    caller = Caller(text)
    payload = {name: value for name, value in LEG.items() if name != "from"}
    caller.send("answer", **payload, from_user="ann", custom_data='{"plan": "gold"}', **{"SipHeader_X-Id": "7"})
    assert caller.said == ["ann|gold|7"]
    caller = Caller(text)
    caller.send("answer", **LEG, custom_data="no JSON")
    assert caller.said == ["|0|0"]
