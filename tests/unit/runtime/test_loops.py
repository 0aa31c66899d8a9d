"""Loops in which a call waits: rounds, retries, names, what is stored, and what happens beside the call."""

from __future__ import annotations

import json

import pytest

import nccodsl
from nccodsl.errors import RenderError
from nccodsl.rehearsal.explore import explore
from nccodsl.rehearsal.known_names import known_names
from nccodsl.rehearsal.stage import Stage
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.state import State
from nccodsl.runtime.web_requests import Fetched
from tests.unit.server.handle_drive import LEG, URL, Caller

INBOX = """
param inbox: list
step main {
  talk "Hello."
  for message in {{ inbox }} {
    if {{ visits > 1 }} { talk "Again." }
    talk "{{ message }}." barge_in=true
    input dtmf max_digits=1 as answer {
      on "1" next
      on "2" break
      on "3" -> other
      on "4" hangup
      on "5" { set kept = {{ message }} }
      retry 2 "Sorry."
      otherwise { talk "Enough." break }
    }
    talk "Kept {{ kept | default('-') }}."
  }
  talk "Behind."
  input dtmf max_digits=1 { on "9" -> main otherwise hangup }
}
step other { talk "Other." }
"""


def test_rounds_and_ways_out() -> None:
    caller = Caller(INBOX, inbox=["a", "b", "c"])
    caller.call()
    assert caller.said == ["Hello.", "a."]
    caller.press("5")
    assert caller.said == ["Kept a.", "b."]
    caller.press("1")
    assert caller.said == ["c."]
    caller.press("2")
    assert caller.said == ["Behind."]
    caller.press("9")
    assert caller.said == ["Hello.", "Again.", "a."]
    caller.press("3")
    assert caller.said == ["Other."]
    caller = Caller(INBOX, inbox=["a"])
    caller.call()
    caller.press("4")
    assert caller.said == []


def test_a_retry_begins_the_round_anew_and_counts_for_each() -> None:
    caller = Caller(INBOX, inbox=["a", "b"])
    caller.call()
    caller.press("7")
    assert caller.said == ["Sorry.", "a."]
    assert caller.state.visits == {"main": 1}
    caller.press("7")
    assert caller.said == ["Sorry.", "a."]
    caller.press("1")
    assert caller.said == ["b."]
    for _ in range(2):
        caller.press("7")
        assert caller.said == ["Sorry.", "b."]
    caller.press("7")
    assert caller.said == ["Enough.", "Behind."]


def test_an_empty_list_has_no_round() -> None:
    caller = Caller(INBOX, inbox=[])
    caller.call()
    assert caller.said == ["Hello.", "Behind."]


def test_the_list_is_computed_once_and_stored_with_the_number_of_the_round() -> None:
    caller = Caller(
        """
        param known: list
        step main {
          set list = {{ known }}
          for one in {{ list + ["z"] }} {
            talk "{{ one }}"
            input dtmf max_digits=1 { on "1" { set list = [] } otherwise { } }
          }
          talk "{{ list | length }}"
          input dtmf max_digits=1 { otherwise hangup }
        }
        """,
        known=[1, 2],
    )
    caller.call()
    caller.press("1")
    assert caller.said == ["2"]
    names = caller.state.names
    assert names["one 1 of"] == [1, 2, "z"]
    assert (names["one 1"], names["one 1 at"]) == (1, 0), "as of the place that was answered"
    assert State.from_bytes(caller.state.to_bytes()) == caller.state
    assert json.loads(caller.state.to_bytes())["format"] == 4
    caller.press("2")
    assert caller.said == ["z"]
    caller.press("2")
    assert caller.said == ["0"]
    caller.press("2")
    assert not [name for name in caller.state.names if " " in name], "the names of a loop end with it"


def test_the_same_webhook_gives_the_same_round() -> None:
    caller = Caller(INBOX, inbox=["a", "b", "c"])
    caller.call()
    event = caller.address()
    answer = caller.press("1")
    assert caller.send(*event, **LEG, dtmf={"digits": "1"}).body == answer.body
    assert caller.call().body == answer.body
    assert caller.said == ["b."]


NESTED = """
param agent: text
let greeting = "for {{ agent }}"
step main {
  for agent in ["a", "b"] {
    for number in [1, 2] {
      for agent in [{{ number }}] { talk "inner {{ agent }}" }
      input dtmf max_digits=1 {
        on "1" next
        on "2" break
        on "3" -> other
        otherwise { for agent in ["x", "y", "z"] { if {{ agent == "y" }} { next } talk "{{ agent }}" } }
      }
      talk "{{ agent }} {{ number }} {{ greeting }}"
    }
    talk "end of {{ agent }}"
  }
  talk "{{ agent }} {{ greeting }}"
}
step other { talk "other {{ agent }} {{ greeting }}" }
"""


def test_loops_inside_loops_and_names_that_hide_others() -> None:
    caller = Caller(NESTED, agent="Ann")
    caller.call()
    assert caller.said == ["inner 1"]
    caller.press("1")
    assert caller.said == ["inner 2"]
    caller.press("9")
    assert caller.said == ["x", "z", "a 2 for Ann", "end of a", "inner 1"]
    caller.press("2")
    assert caller.said == ["end of b", "Ann for Ann"]
    caller = Caller(NESTED, agent="Ann")
    caller.call()
    caller.press("3")
    assert caller.said == ["other Ann for Ann"]


def test_one_agent_after_the_other() -> None:
    caller = Caller(
        """
        param agents: list
        step main {
          for agent in {{ agents }} {
            connect phone {{ agent }} from=14155550100 timeout=15s {
              whisper { talk "You are {{ agent }}." }
              on completed -> thanks
              otherwise { }
            }
            talk "Agent {{ agent }} is busy."
          }
          talk "Nobody is there."
        }
        step thanks { talk "Thank you." }
        """,
        agents=["14155550123", "14155550124"],
    )
    caller.call()
    assert [action["action"] for action in caller.ncco] == ["connect", "talk"]
    whisper = caller.ncco[0]["endpoint"][0]["onAnswer"]["url"]
    query = dict(part.split("=") for part in whisper.partition("?")[2].split("&"))
    assert json.loads(caller.send("whisper", query, uuid="leg-2").body) == [
        {"action": "talk", "text": "You are 14155550123."}
    ]
    caller.call()
    caller.connected("busy", 0)
    assert caller.said == ["Agent 14155550123 is busy.", "Thank you."]
    caller.connected("timeout", 0)
    assert caller.said == ["Agent 14155550124 is busy.", "Nobody is there."]


def test_a_connect_that_is_completed_goes_on_with_the_next_round_by_another_webhook() -> None:
    caller = Caller(
        'for n in [14155550123, 14155550124] { connect phone {{ n }} from=14155550100 { on busy { talk "Busy." } } }'
    )
    caller.call()
    assert [action["action"] for action in caller.ncco] == ["connect", "notify"]
    caller.send(*caller.address(-1), **LEG)
    assert [action["action"] for action in caller.ncco] == ["connect"]
    assert caller.ncco[0]["endpoint"][0]["number"] == "14155550124"


def test_each_round_fetches_and_sends() -> None:
    asked: list[str] = []

    def fetcher(url: str) -> Fetched:
        asked.append(url.rpartition("/")[2])
        return Fetched(failure="down") if url.endswith("2") else Fetched({"word": "yes"})

    caller = Caller(
        """
        step main {
          for n in [1, 2, 3] {
            send "https://crm.example.com/seen" body={n: {{ n }}}
            fetch POST "https://crm.example.com/{{ n }}" as found { on error next }
            talk "{{ n }} {{ found.word }}"
          }
          talk "Done."
        }
        """,
        fetcher,
    )
    caller.call()
    said = list(caller.said)
    while caller.ncco and caller.ncco[-1]["action"] == "notify":
        caller.send(*caller.address(-1), **LEG)
        said += caller.said
    assert said == ["1 yes", "3 yes", "Done."]
    assert asked == ["1", "2", "3"]
    assert caller.bodies == [{"n": 1}, {"n": 2}, {"n": 3}]
    assert len(caller.outbox) == 3


def test_each_recording_has_an_address_of_its_own() -> None:
    caller = Caller(
        """
        for n in [1, 2] {
          record end_on_key="#" timeout=3s as message {
            on saved { send "https://crm.example.com/saved" body={size: {{ message.size }}} }
          }
        }
        """
    )
    caller.call()
    assert [action["action"] for action in caller.ncco] == ["record", "notify"]
    first = caller.address(0)
    caller.send(*caller.address(-1), **LEG)
    assert [action["action"] for action in caller.ncco] == ["record"]
    second = caller.address(0)
    assert first != second
    for address, size in ((second, 7), (first, 3)):
        caller.send(*address, recording_uuid=f"rec-{size}", conversation_uuid="CON-1", size=size)
    assert caller.bodies == [{"size": 7}, {"size": 3}]


def test_a_handler_of_the_call_finds_no_name_of_a_loop() -> None:
    caller = Caller(
        """
        param who: text = "Ann"
        call { to phone 14155550101 from random advanced_machine_detection={mode: default, behavior: continue} }
        on machine { talk "Machine of {{ who }}." }
        on ended { send "https://crm.example.com/ended" body={who: {{ who }}} }
        step main {
          for who in ["x", "y"] { talk "{{ who }}" input dtmf max_digits=1 { otherwise { } } }
        }
        """
    )
    caller.call()
    caller.press("1")
    assert caller.said == ["y"]
    caller.send("event", None, **LEG, status="machine")
    assert caller.said == ["Machine of Ann."]
    caller.ended()
    assert caller.bodies == [{"who": "Ann"}]


@pytest.mark.parametrize("value", ["abc", 7, {"a": 1}, None])
def test_what_is_no_list_ends_the_call_with_a_code(value: object) -> None:
    caller = Caller("for x in {{ xs }} { talk '' input dtmf { otherwise { } } }".replace("''", '"a"'), xs=value)
    reply = caller.call()
    assert (reply.status, reply.code, reply.place) == (500, "E606", "script.call:1")
    static = nccodsl.load('for x in {{ xs }} { talk "a" }')
    with pytest.raises(RenderError) as caught:
        static.ncco(xs=value)
    assert caught.value.diagnostics[0].code == "E606"


def test_who_comes_into_a_loop_without_a_state_is_refused_with_a_code() -> None:
    caller = Caller(
        'input dtmf { otherwise { } }\nfor x in [1, 2] { talk "a" input dtmf max_digits=1 { otherwise next } }'
    )
    waits = [name for name, block in caller.script.blocks.items() if block.ask is not None and name != "main"]
    reply = caller.send("input", {"at": waits[0]}, **LEG, dtmf={"digits": "5"})
    assert (reply.status, reply.code, reply.place) == (500, "E602", "script.call:2")


def test_a_list_without_end_is_bounded() -> None:
    text = 'for x in {{ range(50000) }} { if {{ x < 0 }} { hangup } }\ntalk "End."\ninput dtmf { otherwise hangup }'
    reply = Caller(text).call()
    assert (reply.status, reply.code, reply.place) == (500, "E605", "script.call:1")
    text = 'for x in {{ range(60000) }} { if {{ x < 0 }} { hangup } talk "a" talk "b" }'
    with pytest.raises(RenderError) as caught:
        nccodsl.load(text).ncco()
    assert caught.value.diagnostics[0].code == "E605"


def test_a_loop_that_leaves_needs_no_server() -> None:
    flow = nccodsl.load(
        """
        step main { for x in {{ xs }} { if {{ x == 2 }} { -> found } talk "{{ x }}" } talk "None." }
        step found { talk "Found." }
        """
    )
    assert flow.runtime_needs() == []
    assert [action["text"] for action in flow.ncco(xs=[1, 2, 3])] == ["1", "Found."]
    assert [action["text"] for action in flow.ncco(xs=[1, 3])] == ["1", "3", "None."]
    span = flow.origin({"xs": [1, 2]}, ("ncco", 1, "text"))
    assert span is not None
    assert span[0].slice(span[1]) == '"Found."'


def test_a_ring_through_a_loop_is_one() -> None:
    flow = nccodsl.load('step main { talk "a" for x in {{ xs }} { if {{ x }} { -> main } } }')
    assert [found.code for found in flow.runtime_needs()] == ["E506"]
    assert (
        Caller('step main { talk "a" for x in {{ xs }} { if {{ x }} { -> main } } }', xs=[True]).call().code == "E605"
    )


def test_exploring_follows_each_round() -> None:
    text = """
    param zero: integer = 0
    step main {
      for n in [1, 2, 3] { talk "{{ n }}" input dtmf max_digits=1 { on "1" next on "2" break otherwise hangup } }
      if {{ 1 // zero }} { talk "never" }
    }
    """
    flow = nccodsl.load(text)
    found = explore(flow, Runnable(flow, URL), 8)
    assert [one.message for one in found.findings] == ["the call stops: division by zero"]
    assert found.complete
    assert found.states == 3


def test_what_a_person_sees_of_it() -> None:
    stage = Stage(nccodsl.load('for word in ["a", "b"] { talk "{{ word }}" input dtmf { otherwise { } } }'))
    stage.begin()
    assert list(known_names(stage)) == ['  word: "a"']


def test_private_lists_stay_private() -> None:
    flow = nccodsl.load(
        'param pins: list private\nfor pin in {{ pins }} { talk "{{ pin }}" input dtmf { otherwise { } } }'
    )
    assert {"pin 1", "pin 1 of"} <= flow.private_names
