"""What a flow does with what comes back: branches, names, fetches, rings, handlers, and what comes twice or late."""

from __future__ import annotations

import json

import pytest

import nccodsl
from nccodsl.errors import RenderError
from nccodsl.runtime.advance import advance
from nccodsl.runtime.event import Event
from nccodsl.runtime.first_ncco import answer_address, begun, create_body, first_ncco, render
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.value_token import BadToken, read_token, write_token
from nccodsl.runtime.web_requests import Fetch, Fetched, Request
from tests.unit.server.handle_drive import LEG, MENU, URL, Caller


def test_jumps_are_in_line_and_blocks_go_on_behind() -> None:
    caller = Caller(MENU)
    caller.call()
    caller.press("1")
    assert caller.said == ["Sales, visit 1.", "Press 1 or 2."]
    caller.press("1")
    assert caller.said == ["Sales, visit 2.", "Press 1 or 2."]
    caller.press("2")
    assert caller.said == ["Two.", "Behind."]


def test_retry_speaks_as_the_prompt_does_and_counts_anew_after_a_jump() -> None:
    caller = Caller(MENU)
    caller.call()
    caller.silence()
    voice = {"bargeIn": True, "language": "en-GB", "style": 3}
    assert caller.ncco[0] == {"action": "talk", "text": "Sorry.", **voice}
    caller.press("7")
    assert caller.said == ["Sorry.", "Press 1 or 2."]
    caller.press("1")
    caller.press("7")
    assert caller.said == ["Sorry.", "Press 1 or 2."]
    caller.press("7")
    caller.press("7")
    assert caller.said == ["Goodbye."]


def test_the_same_event_gives_the_same_answer_and_an_old_one_none() -> None:
    caller = Caller(MENU)
    caller.call()
    first = caller.address()
    answer = caller.press("1")
    again = caller.send(*first, **LEG, dtmf={"digits": "1"})
    assert (again.status, again.body, again.moved) == (200, answer.body, False)
    caller.press("1")
    old = caller.send(*first, **LEG, dtmf={"digits": "2"})
    assert (old.status, old.body, old.moved) == (204, b"", False)
    assert caller.state.moves == 2


def test_who_asks_for_the_ncco_again_gets_what_is_played() -> None:
    caller = Caller(MENU)
    first = caller.call().body
    assert caller.call().body == first
    answer = caller.press("1").body
    assert caller.call().body == answer
    assert caller.state.moves == 1


def test_names_of_a_running_call() -> None:
    caller = Caller(
        """
        param shop: text = "the shop"
        step main {
          talk "{{ caller }} calls {{ callee }} by {{ call.uuid }} ({{ call.direction }}), {{ shop }}."
          input dtmf max_digits=4 as answer
          set doubled = {{ answer.digits ~ answer.digits }}
          talk "{{ doubled }} {{ answer.speech | default('-', true) }} {{ answer.timed_out }}"
        }
        """
    )
    caller.call()
    assert caller.said == ["14155550101 calls 14155550100 by leg-1 (inbound), the shop."]
    caller.press("12")
    assert caller.said == ["1212 - False"]


def test_fetch_is_made_while_the_caller_listens() -> None:
    asked: list[str] = []

    def fetcher(url: str) -> Fetched:
        asked.append(url)
        return Fetched({"name": "Ann", "open": True})

    caller = Caller(
        """
        step main {
          input dtmf max_digits=4 as account
          talk "One moment."
          fetch "https://crm.example.com/{{ account.digits }}" as customer timeout=2s { on error { talk "Later." hangup } }
          if {{ customer.open }} { talk "Hello {{ customer.name }}." }
        }
        """,
        fetcher,
    )
    caller.call()
    event = caller.address()
    answer = caller.press("42")
    assert caller.said == ["One moment.", "Hello Ann."]
    assert caller.send(*event, **LEG, dtmf={"digits": "42"}).body == answer.body
    assert asked == ["https://crm.example.com/42"], "an event that comes twice fetches once"


def test_fetch_that_fails() -> None:
    text = 'step main { fetch "https://crm.example.com/{{ caller }}" as c { on error -> sorry } talk "{{ c.x }}" }\nstep sorry { talk "Sorry." }'
    caller = Caller(text)
    caller.call()
    assert caller.said == ["Sorry."]
    assert [one for one in caller.operations if isinstance(one, Fetch)] == [
        Fetch(Request("https://crm.example.com/14155550101"), 4.0)
    ]


def test_fetch_that_fails_and_nothing_says_what_then() -> None:
    caller = Caller('step main { fetch "https://crm.example.com/1" as c talk "{{ c.x }}" }')
    reply = caller.call()
    assert (reply.status, reply.code, reply.place) == (500, "E801", "script.call:1")
    assert not caller.kept


def test_fetch_behind_what_takes_its_time_is_asked_for_when_that_is_over() -> None:
    caller = Caller(
        """
        step main {
          talk "Wait." wait 5s
          fetch "https://crm.example.com/ready" as r { on error -> main }
          talk "{{ r.word }}"
        }
        """,
        lambda _: Fetched({"word": "Ready."}),
    )
    caller.call()
    assert [action["action"] for action in caller.ncco] == ["talk", "wait", "notify"]
    assert not [one for one in caller.operations if isinstance(one, Fetch)]
    route, query = caller.address()
    assert route == "resume"
    answer = caller.send(route, query, conversation_uuid="CON-1", payload={"at": "main"})
    assert caller.said == ["Ready."]
    assert caller.send(route, query, conversation_uuid="CON-1", payload={"at": "main"}).body == answer.body


def test_fetches_of_one_answer_are_bounded_together() -> None:
    caller = Caller(
        """
        step main {
          fetch "https://crm.example.com/1" as a timeout=3s { on error { } }
          fetch "https://crm.example.com/2" as b timeout=3s { on error { } }
          talk "Done."
        }
        """,
        lambda _: Fetched({}),
    )
    caller.call()
    assert [action["action"] for action in caller.ncco] == ["notify"]
    caller.send(*caller.address(), conversation_uuid="CON-1")
    assert caller.said == ["Done."]
    assert [one.timeout for one in caller.operations if isinstance(one, Fetch)] == [3.0, 3.0]


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("../../admin?x=1#y", "https://crm.example.com/..%2F..%2Fadmin%3Fx%3D1%23y"),
        ("Ann Lee", "https://crm.example.com/Ann%20Lee"),
        ("{{ 7 * 7 }}", "https://crm.example.com/%7B%7B%207%20%2A%207%20%7D%7D"),
        ("a'; DROP TABLE x;--", "https://crm.example.com/a%27%3B%20DROP%20TABLE%20x%3B--"),
        ('"}],"x":[{"', "https://crm.example.com/%22%7D%5D%2C%22x%22%3A%5B%7B%22"),
    ],
)
def test_what_callers_say_is_data(given: str, url: str) -> None:
    caller = Caller(
        """
        step main {
          input speech as said
          fetch "https://crm.example.com/{{ said.speech }}" as c { on error { } }
          talk "You said {{ said.speech }}."
          talk "<speak>You said <break time='1s'/> {{ said.speech }}.</speak>"
        }
        """,
        lambda _: Fetched({}),
    )
    caller.call()
    caller.say(given)
    assert [one.request.url for one in caller.operations if isinstance(one, Fetch)] == [url]
    plain, marked = caller.said
    assert plain == f"You said {given}."
    assert "<break time='1s'/>" in marked
    assert len(caller.ncco) == 2
    assert caller.state.names["said"] == {"digits": "", "speech": given, "confidence": 0.9, "timed_out": False}


CONNECT = """
step main {
  connect phone 14155550123 from=14155550100 timeout=20s {
    on busy, timeout -> voicemail
    on completed { talk "Thank you." }
  }
  talk "Behind."
}
step voicemail { talk "Leave a message." }
"""


def test_connect_is_answered_where_it_fails_and_goes_on_in_line() -> None:
    caller = Caller(CONNECT)
    caller.call()
    connect, *rest = caller.ncco
    assert connect["eventType"] == "synchronous"
    assert [action["text"] for action in rest] == ["Thank you.", "Behind."]
    for status in ("started", "ringing", "answered", "completed", "human"):
        assert caller.connected(status).status == 204
    caller.connected("busy")
    assert caller.said == ["Leave a message."]
    assert caller.connected("completed", 0).status == 204 if caller.ncco[0].get("eventUrl") else True


def test_connect_with_an_outcome_that_no_branch_names() -> None:
    caller = Caller(CONNECT)
    caller.call()
    caller.connected("rejected")
    assert caller.said == ["Behind."]


def test_a_ring_through_connect_asks_again() -> None:
    caller = Caller(
        'step main { connect phone 14155550123 from=14155550100 { on busy { talk "Busy." } on completed -> main } }'
    )
    caller.call()
    assert [action["action"] for action in caller.ncco] == ["connect", "notify"]
    first = caller.address()
    for move in (1, 2, 3):
        caller.send(*caller.address(), conversation_uuid="CON-1")
        assert caller.state.moves == move
        assert [action["action"] for action in caller.ncco] == ["connect", "notify"]
    assert caller.send(*first, conversation_uuid="CON-1").status == 204
    caller.connected("busy", 0)
    assert caller.said == ["Busy."]


def test_a_ring_that_these_values_never_leave() -> None:
    caller = Caller('param n: integer = 0\nstep main { talk "x" if {{ visits > n and n }} { hangup } -> main }')
    reply = caller.call()
    assert (reply.status, reply.code) == (500, "E605")


HANDLERS = """
call {
  to phone 14155550101
  from phone 14155550100
  advanced_machine_detection={behavior: continue, mode: default}
  on beep -> leave
  on human { talk "A human." -> main }
}
step main { talk "Press 1." input dtmf max_digits=1 { on "1" { talk "One." } otherwise { talk "Other." } } }
step leave { talk "A message." }
"""


def test_handlers_of_the_call_answer_once() -> None:
    caller = Caller(HANDLERS)
    caller.call({"call": "key-1"})
    event = {"call_uuid": "leg-1", "conversation_uuid": "CON-1"}
    assert caller.send("event", {"call": "key-1"}, **event, status="machine").status == 204
    answer = caller.send("event", {"call": "key-1"}, **event, status="machine", sub_state="beep_start")
    assert caller.said == ["A message."]
    again = caller.send("event", {"call": "key-1"}, **event, status="machine", sub_state="beep_start")
    assert again.body == answer.body
    assert caller.state.moves == 1
    assert caller.state.call["direction"] == "outbound"


def test_an_input_that_comes_behind_a_handler_is_too_late() -> None:
    caller = Caller(HANDLERS)
    caller.call({"call": "key-1"})
    address = caller.address()
    caller.send("event", {"call": "key-1"}, call_uuid="leg-1", status="human")
    assert caller.said == ["A human.", "Press 1."]
    assert caller.send(*address, **LEG, dtmf={"digits": "1"}).status == 204
    caller.press("1")
    assert caller.said == ["One."]


def test_a_call_that_was_placed_begins_where_its_token_says() -> None:
    """The first webhook of a call that the server has never heard of brings the values with it."""
    flow = nccodsl.load(
        'param name: text\nstep main { talk "Hello {{ name }}." input dtmf as a talk "Bye {{ name }} {{ a.digits }}." }'
    )
    script = Runnable(flow, URL)
    state = begun(script, {"name": "Ann & Bob"}, key="key-1")
    assert json.loads(first_ncco(script, state) or b"")[0]["text"] == "Hello Ann & Bob."
    caller = Caller(flow.program.sources.files[0].text)
    url = json.loads(first_ncco(script, state) or b"")[1]["eventUrl"][0]
    query = dict(part.split("=", 1) for part in url.partition("?")[2].split("&"))
    caller.send("input", query, **LEG, dtmf={"digits": "7"})
    assert caller.said == ["Bye Ann & Bob 7."]
    assert list(caller.kept) == ["key-1"]


def test_private_values_never_stand_in_addresses() -> None:
    flow = nccodsl.load('param pin: text private\nstep main { input dtmf as a talk "{{ a.digits == pin }}" }')
    script = Runnable(flow, URL)
    with pytest.raises(RenderError) as caught:
        begun(script, {"pin": "1234"}, key="k")
    assert caught.value.diagnostics[0].code == "E319"
    assert "1234" not in str(caught.value)
    kept = begun(script, {"pin": "1234"}, key="k", token=False)
    assert "1234" not in (first_ncco(script, kept) or b"").decode()


def test_a_first_ncco_that_only_the_call_knows_is_asked_for() -> None:
    flow = nccodsl.load(
        'call { to phone 14155550101 from phone 14155550100 }\nstep main { talk "{{ call.uuid }}" input dtmf as a talk "{{ a.digits }}" }'
    )
    script = Runnable(flow, URL)
    state = begun(script, {}, key="k")
    assert first_ncco(script, state) is None
    body = create_body(script, state, "v1")
    assert body["answer_url"] == [answer_address(script, state)] == [f"{URL}/answer?call=k"]
    assert body["event_url"] == [f"{URL}/event?call=k"]
    assert "ncco" not in body
    with pytest.raises(nccodsl.ScriptError) as caught:
        render(script, {}, call=False, api="v2")
    assert caught.value.diagnostics[0].code == "E506"


def test_a_call_goes_on_by_the_version_it_began_with() -> None:
    caller = Caller('step main { talk "Old." input dtmf as a talk "Old {{ a.digits }}." }')
    caller.call()
    old = caller.script
    caller.script = Runnable(nccodsl.load('step main { talk "New." }'), URL)
    reply = caller.press("1")
    assert (reply.status, reply.code) == (410, "E811")
    caller.versions[old.version] = old
    caller.press("1")
    assert caller.said == ["Old 1."]


def test_the_fallback_answers_what_was_asked_or_ends_the_call() -> None:
    caller = Caller(MENU)
    caller.call()
    route, query = caller.address()
    url = f"{URL}/{route}?" + "&".join(f"{name}={value}" for name, value in query.items())
    original = {"original_request": {"url": url, "type": "input"}, "reason": "no answer"}
    caller.send("fallback", {}, **LEG, dtmf={"digits": "2"}, **original)
    assert caller.said == ["Two.", "Behind."]
    for odd in ("x" * 9000, f"{URL}/fallback", "http://[/answer", "http://x/answer\n", None, 3):
        reply = caller.send("fallback", {}, **LEG, original_request={"url": odd})
        assert (reply.status, reply.body) == (200, b"[]")
    assert caller.send("fallback", {}, **LEG).body == b"[]"


def test_tokens() -> None:
    values = {"name": "Ann “&” 漢", "n": 3, "list": [1, None]}
    assert read_token(write_token(values)) == values
    assert write_token({}) == ""
    for odd in ("x", "eyJ", "WzFd", "é"):
        with pytest.raises(BadToken):
            read_token(odd)
    with pytest.raises(BadToken):
        write_token({"name": "x" * 2000})


def test_values_that_do_not_fit_are_refused_and_nothing_is_kept() -> None:
    caller = Caller('param size: integer\nstep main { talk "{{ size }}" input dtmf as a talk "{{ a.digits }}" }')
    assert caller.call().code == "E211"
    assert caller.call({"size": "three"}).code == "E315"
    assert not caller.kept
    caller.call({"size": "3"})
    assert caller.said == ["3"]


def test_advance_leaves_the_state_it_was_given() -> None:
    script = Runnable(nccodsl.load(MENU), URL)
    state, _ = advance(script, None, Event("answer", LEG, key="k"))
    before = state.to_bytes()
    advance(script, state, Event("input", {**LEG, "dtmf": {"digits": "1"}}, at="main", moves=0))
    assert state.to_bytes() == before
