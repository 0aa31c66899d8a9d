"""Calls wait before they connect: what is handed out, and what becomes of calls that wait in vain."""

from __future__ import annotations

from typing import Any

import pytest

from nccodsl.runtime.gate import LONGEST_WAIT, GatePlace, place_in
from nccodsl.runtime.operations import MayStart, Save
from tests.unit.server.handle_drive import LEG, Caller, tagged

TWO = """
step main {
  talk "One moment."
  connect phone "14155550188" from="14155550100" {
    on failed { talk "Nobody is there." }
    on completed { connect phone "14155550199" from="14155550100" talk "Goodbye." }
  }
}
"""
PLAIN = """
step main {
  connect phone "14155550188" from="14155550100"
  talk "Behind."
  connect phone "14155550199" from="14155550100"
  talk "At last."
}
"""
EVENT = {"conversation_uuid": "CON-1", "timestamp": "2026-11-29T12:00:00.000Z", "payload": {"at": "any"}}


def gated(text: str) -> Caller:
    caller = Caller(text)
    caller.script.gated = True
    return caller


def asks(caller: Caller, received: float = 0.0) -> Any:
    """The call asks at the gate that its last NCCO leads to first."""
    number = [one["action"] for one in caller.ncco if "eventUrl" in one].index("notify")
    route, query = caller.address(number)
    assert route == "gate"
    return caller.send(route, query, received=received, **EVENT)


def shown(caller: Caller) -> list[str]:
    """The last NCCO in short: what is said, dialed, waited for and asked, without the times of a server that is away."""
    short = []
    for one in caller.ncco:
        what = one["action"]
        if what == "notify":
            return [*short, "ask"]
        if what == "connect":
            what = f"connect {one['endpoint'][0]['number'][-2:]}"
        short.append(one["text"] if what == "talk" else what)
    return short


def starts(caller: Caller) -> list[str]:
    return [one.name for one in caller.operations if isinstance(one, MayStart)]


def test_each_connect_asks_when_the_call_comes_to_it() -> None:
    caller = gated(TWO)
    caller.call()
    assert shown(caller) == ["One moment.", "ask"]
    assert starts(caller) == [], "what is said takes no start"
    asks(caller)
    assert shown(caller) == ["connect 88", "ask"]
    asks(caller)
    assert shown(caller) == ["connect 99", "Goodbye."]
    assert starts(caller) == ["0/main", "0/2"]
    assert caller.state.moves == 0, "the call does not move at its gate"


def test_a_connect_comes_at_once_where_nothing_is_before_it() -> None:
    caller = gated(PLAIN)
    caller.call()
    assert shown(caller) == ["connect 88", "Behind.", "ask"]
    asks(caller)
    assert shown(caller) == ["connect 99", "At last."]
    assert starts(caller) == ["0/0", "0/2"]


def test_a_call_asks_again_until_it_may_connect() -> None:
    caller = gated(PLAIN)
    caller.may_start = False
    caller.call()
    for _ in range(3):
        assert shown(caller) == ["ask"]
        assert asks(caller, received=5.0).status == 200
    saved = sum(isinstance(one, Save) for one in caller.operations)
    assert saved == 1, "nothing changes while it waits"
    caller.may_start = True
    asks(caller)
    assert shown(caller) == ["connect 88", "Behind.", "ask"]


def test_a_webhook_that_comes_twice_gets_the_same() -> None:
    caller = gated(TWO)
    first = caller.call()
    assert caller.call().body == first.body
    address = caller.address()
    passed = caller.send(*address, **EVENT)
    assert caller.send(*address, **EVENT).body == passed.body
    assert set(starts(caller)) == {"0/main"}, "it is one start, by its name"


def test_the_failure_of_a_connect_moves_the_call_as_ever() -> None:
    caller = gated(TWO)
    caller.call()
    address = caller.address()
    asks(caller)
    assert caller.connected("failed", 0).status == 200
    assert shown(caller) == ["Nobody is there."]
    assert caller.send(*address, **EVENT).status == 204, "the call has gone on"


def test_a_loop_back_to_a_connect_is_another_start() -> None:
    caller = gated('step main { connect phone "14155550188" from="14155550100" { on busy -> main } }')
    caller.call()
    caller.connected("busy", 0)
    assert starts(caller) == ["0/main", "1/main"]
    assert shown(caller) == ["connect 88"]


@pytest.mark.parametrize("waited", [1, LONGEST_WAIT - 1, LONGEST_WAIT])
def test_a_call_waits_for_a_minute(waited: float) -> None:
    caller = gated(TWO)
    caller.may_start = False
    caller.call()
    asks(caller, received=1000.0)
    assert asks(caller, received=1000.0 + waited).status == 200
    assert shown(caller) == ["ask"]


def test_a_connect_that_waited_in_vain_has_failed() -> None:
    caller = gated(TWO)
    caller.may_start = False
    caller.call()
    asks(caller, received=1000.0)
    reply = asks(caller, received=1001.5 + LONGEST_WAIT)
    assert (reply.status, reply.code, reply.moved) == (200, "E822", True)
    assert shown(caller) == ["Nobody is there."]


def test_without_branches_what_follows_is_played_then() -> None:
    caller = gated(PLAIN)
    caller.may_start = False
    caller.send("answer", received=1000.0, **LEG)
    reply = asks(caller, received=1001.5 + LONGEST_WAIT)
    assert (reply.status, reply.code, reply.moved) == (200, "E822", False)
    assert shown(caller) == ["Behind.", "ask"]
    asks(caller, received=1070.0)
    reply = asks(caller, received=1072.0 + LONGEST_WAIT)
    assert (reply.code, shown(caller)) == ("E822", ["At last."])


def test_a_server_that_is_away_is_asked_several_times() -> None:
    caller = gated(TWO)
    caller.call()
    urls = [one["eventUrl"] for one in caller.ncco if one["action"] == "notify"]
    assert len(urls) == 6
    assert urls.count(urls[0]) == 6
    assert sum(one["timeout"] for one in caller.ncco if one["action"] == "wait") == 30


def test_events_of_a_leg_without_branches_come_to_the_server() -> None:
    caller = gated(PLAIN)
    caller.call()
    route, query = caller.address(0)
    assert (route, query["at"], query["n"]) == ("dialed", "0", "0")
    ringing = {**LEG, "uuid": "leg-2", "status": "ringing"}
    reply = caller.send(route, query, **ringing)
    assert (reply.status, reply.key) == (204, "leg-1")
    assert caller.send(route, {**query, "at": "2"}, **ringing).status == 401, "the tag is of another connect"
    assert caller.send(route, query, **{**ringing, "conversation_uuid": "CON-2"}).status == 401


def test_an_event_url_of_the_script_stays() -> None:
    caller = gated('step main { connect phone "14155550188" event_url="https://a.example/e" talk "x" }')
    caller.call()
    assert caller.ncco[0]["eventUrl"] == ["https://a.example/e"]


def test_the_fallback_asks_at_the_gate_too() -> None:
    caller = gated(TWO)
    caller.call()
    url = caller.ncco[-1]["eventUrl"][0]
    reply = caller.send("fallback", None, **EVENT, reason="no answer", original_request={"url": url, "type": "notify"})
    assert reply.status == 200
    assert shown(caller) == ["connect 88", "ask"]
    lost = url.replace("call=leg-1", "call=leg-9")
    reply = caller.send("fallback", None, **EVENT, reason="no answer", original_request={"url": lost, "type": "notify"})
    assert (reply.status, reply.body) == (410, b""), "the call asks again"


def test_what_asks_must_be_the_call() -> None:
    caller = gated(TWO)
    caller.call()
    route, query = caller.address()
    assert caller.send(route, {**query, "n": "1"}, **EVENT).status == 401
    assert caller.send(route, {**query, "at": "0.0."}, **EVENT).status == 401
    assert caller.send(route, query, **{**EVENT, "conversation_uuid": "CON-2"}).status == 401
    assert caller.send(route, query, **LEG, status="ringing").status == 401
    caller.ended()
    assert caller.send(route, query, **EVENT).status == 204
    assert caller.send(route, {"at": "1.0.main", "n": "0", "call": "leg-9"}, **EVENT).status == 410


def test_scripts_that_are_not_gated_are_as_they_were() -> None:
    caller = Caller(TWO)
    caller.call()
    assert [one["action"] for one in caller.ncco] == ["talk", "connect", "connect", "talk"]
    assert starts(caller) == []


def test_places_are_read_as_they_are_written() -> None:
    for place in (GatePlace(0, 0, ""), GatePlace(12, 1796000000, "main.2")):
        assert place_in(str(place)) == place
    for odd in ("", "1", "1.", "x.0.", "1.-2.", "1.٣.", f"{'9' * 13}.0.", "1.0"):
        assert place_in(odd) is None or odd == "1.0"
    assert tagged("1.0.", route="gate") != tagged("1.0.", route="dialed")
