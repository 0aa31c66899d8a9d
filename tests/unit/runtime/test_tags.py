"""A webhook is taken for the question that it was sent for, and for nothing else; what has no tag, and until when."""

from __future__ import annotations

import hmac
import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

import nccodsl
from nccodsl.runtime.first_ncco import begun, create_body, first_ncco
from nccodsl.runtime.operations import KeptState, Seal
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.state import State
from nccodsl.runtime.tags import REMEMBERED, _signed, noted, seal_of, tag_of
from nccodsl.runtime.webhook import Reply
from tests.unit.server.handle_drive import LEG, SECRET, URL, Caller

OTHER = {"uuid": "leg-9", "conversation_uuid": "CON-9"}
FLOW = """
step main {
  talk "First?"
  input dtmf max_digits=1 { on "1" -> ring otherwise -> main }
}
step ring {
  connect phone 14155550123 from=14155550100 { on busy, failed -> ring otherwise -> wait }
}
step wait {
  record end_on_silence=3s
  fetch "https://crm.example.com" as customer { on error -> main }
  talk "{{ customer.name }}"
}
"""
PRESSED = {**LEG, "dtmf": {"digits": "1", "timed_out": False}}


def refused(reply: Reply) -> bool:
    assert (reply.status == 401) == (reply.code == "E814")
    return reply.code == "E814"


def query_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def test_a_tag_belongs_to_one_question_of_one_call() -> None:
    seals = [seal_of(secret, call) for secret in (b"a" * 32, b"b" * 32) for call in ("ivr/1", "ivr/2", "desk/1")]
    tags = {
        tag_of(seal, route, wait, moves)
        for seal in seals
        for route in ("input", "connect")
        for wait in ("main", "main.1")
        for moves in (0, 1, None)
    }
    assert len(tags) == len(seals) * 2 * 2 * 3
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{22}", tag) for tag in tags)


def test_every_address_of_a_call_has_a_tag() -> None:
    caller = Caller(FLOW)
    caller.call()
    for route in ("input", "connect", "resume"):
        found, query = caller.address(0)
        assert (found, len(query["tag"])) == (route, 22)
        if route == "input":
            caller.press("1")
        elif route == "connect":
            caller.connected("rejected", 0)


@pytest.mark.parametrize("wrong", [{"at": "ring"}, {"n": "1"}, {"tag": ""}, {"tag": None}, {"tag": "é"}, {"n": None}])
def test_an_address_that_was_changed(wrong: dict[str, str | None]) -> None:
    caller = Caller(FLOW)
    caller.call()
    route, query = caller.address()
    changed = {name: value for name, value in {**query, **wrong}.items() if value is not None}
    assert refused(caller.send(route, changed, **PRESSED))
    assert caller.state.moves == 0
    assert caller.send(route, query, **PRESSED).status == 200


def test_a_tag_of_another_call() -> None:
    caller = Caller(FLOW)
    caller.send("answer", {}, **OTHER)
    _, other = caller.address()
    caller.call()
    route, query = caller.address()
    assert refused(caller.send(route, {**query, "tag": other["tag"]}, **PRESSED))
    assert refused(caller.send(route, {**other, "call": "leg-1"}, **PRESSED))


def test_a_body_of_another_call_at_each_route() -> None:
    caller = Caller(FLOW)
    caller.call()
    assert refused(caller.send(*caller.address(), **{**PRESSED, **OTHER}))
    assert refused(caller.send(*caller.address(), **OTHER, timed_out=True))
    assert refused(caller.send(*caller.address(), uuid="leg-9", dtmf="1"))
    caller.press("1")
    # The leg that is dialled has an id of its own: it is known by the conversation.
    for status in ("busy", "completed"):
        other = {"uuid": "leg-2", "conversation_uuid": "CON-9", "status": status}
        assert refused(caller.send(*caller.address(0), **other))
    assert caller.state.moves == 1
    caller.connected("rejected", 0)
    route, query = caller.address()
    assert route == "resume"
    assert refused(caller.send(route, query, conversation_uuid="CON-9", payload={"at": "wait"}))
    assert caller.send(route, query, conversation_uuid="CON-1", payload={"at": "wait"}).status == 200


def test_a_body_of_another_kind() -> None:
    caller = Caller(FLOW)
    caller.call()
    for payload in ({}, {"status": "completed"}, {"status": "busy", "dtmf": "1"}, {"recording_url": "https://x"}):
        assert refused(caller.send(*caller.address(), **LEG, **payload))
    caller.press("1")
    assert refused(caller.send(*caller.address(0), **PRESSED))


def test_a_signature_answers_one_question() -> None:
    """With the right address of the later question, as somebody knows it who sees the answers too."""
    caller = Caller('step main { input dtmf max_digits=1 { on "1" -> main otherwise { talk "Bye." } } }')
    caller.call()
    first = caller.address()
    answer = caller.send(*first, proof="one", received=1000.0, **PRESSED)
    assert refused(caller.send(*caller.address(), proof="one", received=1001.0, **PRESSED))
    # What comes twice, signed anew or not, is answered alike, and is good for no other question either.
    for proof in ("one", "another"):
        assert caller.send(*first, proof=proof, received=1002.0, **PRESSED).body == answer.body
    assert refused(caller.send(*caller.address(), proof="another", received=1003.0, **PRESSED))
    assert caller.state.moves == 1
    assert caller.send(*caller.address(), proof="two", received=1004.0, **PRESSED).moved


def test_what_came_too_late_is_good_for_no_other_question() -> None:
    caller = Caller('step main { input dtmf max_digits=1 { on "1" -> main otherwise { talk "Bye." } } }')
    caller.call()
    first = caller.address()
    for number in range(2):
        caller.send(*caller.address(), proof=f"{number}", received=1000.0, **PRESSED)
    assert caller.send(*first, proof="late", received=1001.0, **PRESSED).status == 204
    assert refused(caller.send(*caller.address(), proof="late", received=1002.0, **PRESSED))


def test_signatures_are_known_for_as_long_as_they_are_accepted() -> None:
    state = State("v")
    for number in range(1000):
        state = noted(state, f"{number}", number, number * 10.0)
    assert len(state.used) == REMEMBERED / 10
    assert State.from_bytes(state.to_bytes()) == state
    assert noted(state, "", 5, 1e9) is state


def test_a_script_that_brings_its_caller_elsewhere() -> None:
    """In another conversation, connected legs are of that one."""
    caller = Caller(
        'step main { input dtmf as a conversation "room" '
        'connect phone 14155550123 from=14155550100 { on busy { talk "Busy." } } }'
    )
    caller.call()
    caller.press("1")
    assert caller.send(*caller.address(), uuid="leg-2", conversation_uuid="CON-5", status="busy").status == 200


def test_the_own_leg_says_in_which_conversation_it_is() -> None:
    caller = Caller(FLOW)
    caller.call()
    assert caller.send(*caller.address(), **{**PRESSED, "conversation_uuid": "CON-2"}).status == 200
    assert caller.state.call["conversation_uuid"] == "CON-2"
    assert refused(caller.send(*caller.address(0), uuid="leg-2", conversation_uuid="CON-1", status="busy"))


def test_an_error_that_the_platform_reports_of_another_call() -> None:
    caller = Caller(FLOW)
    caller.call()
    query = {"call": "leg-1", "tag": tag_of(caller.state.seal, "event")}
    assert refused(caller.send("event", query, conversation_uuid="CON-9", reason="x"))
    assert refused(caller.send("event", {"call": "leg-1"}, conversation_uuid="CON-1", reason="x"))
    assert caller.send("event", query, conversation_uuid="CON-1", reason="x").code == "E812"


# ---- addresses without a tag

PLACED = f"""
param name: text = "you"
call {{
  to phone 14155550101
  from phone 14155550100
  advanced_machine_detection={{behavior: continue, mode: default}}
  on machine {{ talk "A machine." }}
}}
{FLOW}
"""


def placed(caller: Caller, *, store: bool) -> dict[str, Any]:
    """The body of the create request, and the state where the server finds it."""
    seal = seal_of(SECRET, "ivr/key-1") if store else ""
    state = begun(caller.script, {"name": "Ann"}, key="key-1", token=not store, seal=seal)
    if store:
        caller.kept["key-1"] = KeptState(state.to_bytes(), 1)
    return create_body(caller.script, state, "v2")


@pytest.mark.parametrize("store", [False, True])
def test_a_call_that_was_placed(store: bool) -> None:
    caller = Caller(PLACED)
    body = placed(caller, store=store)
    first = query_of(body["ncco"][1]["eventUrl"][0])
    assert ("tag" in first, "tag" in query_of(body["event_url"][0])) == (store, store)
    assert caller.send("event", query_of(body["event_url"][0]), **LEG, status="started").status == 204
    assert caller.send("input", first, **PRESSED).moved
    # From the first webhook on it is that conversation's, and everything else has a tag.
    assert refused(caller.send("input", first, **{**PRESSED, **OTHER}))
    assert refused(caller.send("event", query_of(body["event_url"][0]), **OTHER, status="machine"))
    assert caller.send("event", query_of(body["event_url"][0]), **LEG, status="machine").moved
    assert caller.state.call["conversation_uuid"] == "CON-1"


def test_without_the_store_the_first_question_alone_has_no_tag() -> None:
    caller = Caller(PLACED)
    first = query_of(placed(caller, store=False)["ncco"][1]["eventUrl"][0])
    assert caller.send("input", first, **{**PRESSED, "dtmf": "2"}).moved
    route, query = caller.address()
    bare = {name: value for name, value in query.items() if name != "tag"}
    assert refused(caller.send(route, bare, **PRESSED))
    assert refused(caller.send(route, {"at": "main"}, **PRESSED)) is False, "of the move before, so too late"
    assert caller.state.moves == 1


def test_with_the_store_nothing_goes_without_a_tag() -> None:
    caller = Caller(PLACED)
    body = placed(caller, store=True)
    for route, url in (("event", body["event_url"][0]), ("input", body["ncco"][1]["eventUrl"][0])):
        query = {name: value for name, value in query_of(url).items() if name != "tag"}
        assert refused(caller.send(route, query, **PRESSED, **({"status": "machine"} if route == "event" else {})))
    assert refused(caller.send("answer", {"call": "key-1"}, **LEG))
    assert caller.state.moves == 0


def test_a_call_that_is_known_cannot_be_begun_anew_under_another_name() -> None:
    caller = Caller(PLACED)
    caller.call()
    assert refused(caller.send("input", {"at": "main", "n": "0", "call": "made-up"}, **PRESSED))
    assert list(caller.kept) == ["leg-1"]


def test_what_was_compiled_beforehand_is_asked_once() -> None:
    caller = Caller(FLOW)
    reply = caller.send("input", {"at": "main"}, **PRESSED)
    assert reply.moved
    assert caller.send("input", {"at": "main"}, **PRESSED).body == reply.body
    # Behind the first move it is no address of the call any more, whatever it says.
    caller.connected("busy", 0)
    assert caller.send("connect", {"at": "ring"}, **{**LEG, "uuid": "leg-3"}, status="busy").status == 204
    assert caller.state.moves == 2


def test_a_call_that_we_answered_has_no_address_of_those() -> None:
    caller = Caller(FLOW)
    caller.call()
    assert refused(caller.send("input", {"at": "main"}, **PRESSED))


def of_an_older_version(state: State) -> bytes:
    """As it was kept before addresses had tags."""
    members = json.loads(state.changed(seal="", bare=0, bare_outside=False, used=()).to_bytes())
    return json.dumps({**members, "format": 1}).encode()


def test_calls_that_began_before_addresses_had_tags() -> None:
    caller = Caller(FLOW)
    caller.call()
    caller.send(*caller.address(), **{**PRESSED, "dtmf": "2"})
    (kept,) = caller.kept.values()
    caller.kept["leg-1"] = KeptState(of_an_older_version(State.from_bytes(kept.data)), kept.revision)
    now, before = ({"at": "main", "n": n, "call": "leg-1"} for n in ("1", "0"))
    assert caller.send("input", before, **{**PRESSED, "dtmf": "2"}).body
    assert caller.send("answer", {}, **LEG).status == 200
    assert "tag" not in caller.address()[1]
    assert caller.send("input", now, **PRESSED).moved
    route, query = caller.address(0)
    assert route == "connect"
    later = {"at": "ring", "n": "2", "call": "leg-1"}
    assert refused(caller.send("connect", later, **{**LEG, "uuid": "leg-2"}, status="busy"))
    assert caller.send("connect", query, **{**LEG, "uuid": "leg-2"}, status="busy").moved


def test_a_call_that_its_store_has_forgotten() -> None:
    caller = Caller(FLOW)
    caller.call()
    route, query = caller.address()
    caller.kept.clear()
    caller.conversations.clear()
    reply = caller.send(route, {**query, "tag": "x" * 22}, **PRESSED)
    assert (reply.status, reply.code) == (410, "E811")


def test_where_nobody_makes_keys_there_are_no_tags() -> None:
    script = Runnable(nccodsl.load(FLOW), URL)
    ncco = first_ncco(script, begun(script, {}, key="k", token=False)) or b""
    assert json.loads(ncco)[1]["eventUrl"] == [f"{URL}/input?at=main&n=0&call=k"]
    caller = Caller(FLOW)
    caller.call()
    assert any(isinstance(operation, Seal) for operation in caller.operations)


@pytest.mark.parametrize("size", [0, 1, 22, 32, 63, 64, 65, 200])
def test_the_hmac_is_that_of_the_standard_library(size: int) -> None:
    key = bytes(range(size))
    for message in ("", "ivr/leg-1", "é\udcff", "x" * 1000):
        assert _signed(key, message) == hmac.digest(key, message.encode("utf-8", "surrogatepass"), "sha256")
