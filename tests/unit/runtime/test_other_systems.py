"""What a flow asks other systems for: requests and their keys, outcomes, shapes, and what is sent."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl, urlsplit

import pytest

import nccodsl
from nccodsl.base.http_rules import LARGEST_BODY
from nccodsl.errors import ScriptError
from nccodsl.runtime.first_ncco import begun, create_body, render
from nccodsl.runtime.operations import KeptState
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.state import State
from nccodsl.runtime.tags import seal_of
from nccodsl.runtime.web_requests import Fetch, Fetched, Request, SecretName
from tests.unit.server.handle_drive import LEG, SECRET, URL, Caller


def fetches(caller: Caller) -> list[Request]:
    return [one.request for one in caller.operations if isinstance(one, Fetch)]


def test_a_request_as_it_is_asked_for() -> None:
    caller = Caller(
        """
        secret token
        param tenant: text = "bakery"
        fetch PUT "https://crm.example.com/a b/{{ caller }}"
          headers={authorization: "Bearer {{ token }}", x-tenant: {{ tenant }}, x-number: 7, x-none: {{ none }}}
          body={who: {{ caller }}, open: true, tags: ["a", 1]} as ticket { on error { } }
        """
    )
    caller.call()
    (request,) = fetches(caller)
    assert request == Request(
        url="https://crm.example.com/a b/14155550101",
        method="PUT",
        headers=(
            ("authorization", ("Bearer ", SecretName("token"))),
            ("x-tenant", ("bakery",)),
            ("x-number", ("7",)),
        ),
        body='{"who":"14155550101","open":true,"tags":["a",1]}',
        content_type="application/json",
        key=request.key,
    )
    assert len(request.key) == 32
    assert Request.from_json(request.to_json()) == request


def test_a_form() -> None:
    caller = Caller('send "https://a.example" form={a: "x y", b: [1, true], c: {{ none }}, d: {{ caller }}}')
    caller.call()
    (request,) = caller.outbox.values()
    assert (request.body, request.content_type) == (
        "a=x+y&b=1&b=true&d=14155550101",
        "application/x-www-form-urlencoded",
    )


@pytest.mark.parametrize(
    ("url", "free"),
    [
        ("https://a.example/{{ path }}", False),
        ("https://a.example?q={{ path }}", False),
        ("{{ base }}/{{ path }}", False),
        ("{{ other }}/x", True),
        ("https://{{ path }}/x", True),
        ("https://{{ path }}.a.example/x", True),
        ("https://a.example:{{ path }}/x", True),
    ],
)
def test_whether_a_host_comes_from_a_value(url: str, free: bool) -> None:
    caller = Caller(
        f'param path: text = "443"\nparam other: url = "https://b.example"\nlet base = "https://a.example"\n'
        f'step main {{ send "{url}" talk "Hello." }}'
    )
    caller.call()
    (request,) = caller.outbox.values()
    assert request.free_host is free


@pytest.mark.parametrize(
    ("url", "value", "made"),
    [
        ("https://a.example/x{% if path %}{{ path }}{% endif %}", "/../b?c#d", "https://a.example/x%2F..%2Fb%3Fc%23d"),
        ("https://a.example{% if path %}{{ path }}{% endif %}", "@b.example/", "https://a.example%40b.example%2F"),
        ("https://a.example{% for one in [path] %}:{{ one }}{% endfor %}/", "80", "https://a.example:80/"),
        ("{% set p = path %}https://a.example/{{ p }}", "a/b", "https://a.example/a%2Fb"),
        ("{% set p = path|urlencode %}https://a.example/{{ p }}", "a/b?", "https://a.example/a/b%3F"),
        (
            "{% set p = path|urlencode %}{% with p = path %}https://a.example/{{ p }}{% endwith %}",
            "?",
            "https://a.example/%3F",
        ),
        ("{% if path %}{{ base }}{% endif %}/x?{{ path }}", "a&b", "https://b.example/x?a%26b"),
        ("https://a.example/{% if path %}{{ path|urlencode }}{% endif %}", "a/b c", "https://a.example/a/b%20c"),
        ("https://{{ path|urlencode }}.a.example/", "b.example/?", "https://b.example%2F%3F.a.example/"),
        ("https://a.example{{ path|urlencode }}", "/b c", "https://a.example/b%20c"),
        ("https://a.example/{{ urlencode_path }}", "../b?c", "https://a.example/..%2Fb%3Fc"),
        ("https://a.example/{{ path|urlencode ~ path }}", "?", "https://a.example/%253F%3F"),
        ("https://a.example/{{ '?q=' ~ path|urlencode|replace('%20', '+') }}", "a b&c", "https://a.example/?q=a+b%26c"),
        ("https://a.example/{{ '?q=' ~ path|urlencode if path else '' }}", "a&b", "https://a.example/?q=a%26b"),
    ],
)
def test_no_value_changes_the_parts_of_a_url(url: str, value: str, made: str) -> None:
    caller = Caller(
        f'param path: text = "{value}"\nparam urlencode_path: text = "{value}"\n'
        f'param base: url = "https://b.example"\nstep main {{ send "{url}" talk "Hello." }}'
    )
    caller.call()
    (request,) = caller.outbox.values()
    assert request.url == made


# ---- keys


POSTS = """
step main {
  fetch POST "https://crm.example.com/tickets" as ticket { on error { } }
  send "https://crm.example.com/visits" body={n: {{ visits }}}
  input dtmf max_digits=1 { on "1" -> main otherwise { } }
}
"""


def test_a_repeated_webhook_repeats_no_key_and_another_move_has_others() -> None:
    caller = Caller(POSTS, lambda _: Fetched({"id": 1}))
    caller.call()
    caller.call()
    first = fetches(caller)
    assert len(first) == 1, "what was fetched is in the state"
    assert len(caller.outbox) == 1
    event = caller.address()
    caller.press("1")
    caller.send(*event, **LEG, dtmf={"digits": "1"})
    assert len({request.key for request in fetches(caller)}) == 2
    assert caller.bodies == [{"n": 1}, {"n": 2}]


def test_a_request_whose_result_was_lost_has_the_same_key() -> None:
    """As if the server had been killed between the request and the saving."""
    keys = set()
    for _ in range(2):
        caller = Caller(POSTS, lambda _: Fetched({"id": 1}))
        caller.call()
        keys |= {request.key for request in fetches(caller)} | {*caller.outbox}
    assert len(keys) == 2


def test_a_get_has_no_key() -> None:
    caller = Caller('fetch "https://a.example" as a { on error { } }')
    caller.call()
    assert fetches(caller)[0].key == ""


# ---- when


def test_behind_speech_a_send_is_made_at_once_and_behind_a_recording_when_that_is_over() -> None:
    caller = Caller(
        """
        step main {
          talk "Hello."
          send "https://a.example/1"
          record end_on_key="#"
          send "https://a.example/2"
          talk "Thank you."
        }
        """
    )
    caller.call()
    assert [request.url for request in caller.outbox.values()] == ["https://a.example/1"]
    assert [action["action"] for action in caller.ncco] == ["talk", "record", "notify"]
    caller.send(*caller.address(), **LEG)
    assert [request.url for request in caller.outbox.values()] == ["https://a.example/1", "https://a.example/2"]
    assert caller.said == ["Thank you."]


def test_what_is_sent_when_a_placed_call_is_answered_is_not_sent_before() -> None:
    text = 'call { to phone 14155550101 from phone 14155550100 }\nsend "https://a.example/1" talk "Hello."'
    text = (
        'call { to phone 14155550101 from phone 14155550100 }\nstep main { send "https://a.example/1" talk "Hello." }'
    )
    script = Runnable(nccodsl.load(text), URL)
    body = create_body(script, begun(script, {}, key="k", token=False), "v1")
    assert "ncco" not in body
    assert body["answer_url"]
    with pytest.raises(ScriptError):
        render(script, {}, call=False, api="v1")


def placed(text: str) -> Caller:
    """A call that was placed, whose state is kept."""
    caller = Caller("call { to phone 14155550101 from phone 14155550100 }\n" + text)
    state = begun(caller.script, {}, key="placed-1", token=False, seal=seal_of(SECRET, "ivr/placed-1"))
    caller.kept["placed-1"] = KeptState(state.to_bytes(), 1)
    answer = urlsplit(create_body(caller.script, state, "v1")["answer_url"][0])
    caller.send("answer", dict(parse_qsl(answer.query)), **LEG)
    return caller


def test_a_placed_call_sends_when_it_is_answered() -> None:
    caller = placed('step main { send "https://a.example/1" body={who: {{ callee }}} talk "Hello." }')
    assert caller.said == ["Hello."]
    assert caller.bodies == [{"who": LEG["to"]}]


def test_a_call_that_began_with_a_status_sends_when_it_is_answered() -> None:
    caller = Caller(
        "call { to phone 14155550101 from phone 14155550100 advanced_machine_detection={mode: default} "
        'on human { talk "Human." } on machine { talk "Machine." } }\n'
        'step main { send "https://a.example/1" talk "Hello." }'
    )
    assert caller.send("event", {"call": "leg-1"}, **LEG, status="started").status == 204
    caller.call({"call": "leg-1"})
    assert [request.url for request in caller.outbox.values()] == ["https://a.example/1"]


@pytest.mark.parametrize("again", ["-> a", ""])
def test_a_send_that_is_met_twice_in_one_move_is_two_requests(again: str) -> None:
    text = """
        step main { talk "Hi." -> a }
        step a { send "https://a.example/1" body={visit: {{ visits }}} -> b }
        step b { if {{ visits == 1 }} { %s } talk "Bye." }
        """
    bodies = []
    for _ in range(2):
        caller = Caller(text % again)
        caller.call()
        keys = [*caller.outbox]
        caller.call()
        assert [*caller.outbox] == keys
        bodies.append((caller.bodies, keys))
    assert bodies[0] == bodies[1], "the same keys, however often it is made"
    assert bodies[0][0] == ([{"visit": 1}, {"visit": 2}] if again else [{"visit": 1}])


# ---- outcomes

OUTCOMES = """
step main {
  fetch "https://a.example" as a { on error -> other on 4xx -> class on 404 -> exact on timeout -> late }
  talk "Fine."
}
step other { talk "other" }
step class { talk "class" }
step exact { talk "exact" }
step late { talk "late" }
"""


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("404", "exact"),
        ("403", "class"),
        ("500", "other"),
        ("302", "other"),
        ("timeout", "late"),
        ("error", "other"),
        ("", "other"),
    ],
)
def test_the_most_exact_branch_counts(outcome: str, said: str) -> None:
    caller = Caller(OUTCOMES, lambda _: Fetched(None, "it failed", outcome))
    caller.call()
    assert caller.said == [said]


def test_a_failure_that_no_branch_names_ends_the_call() -> None:
    caller = Caller(
        'step main { fetch "https://a.example" as a { on 404 { } } talk "x" }',
        lambda _: Fetched(None, "it failed", "500"),
    )
    reply = caller.call()
    assert (reply.status, reply.code) == (500, "E801")


def test_a_state_without_outcomes_is_read() -> None:
    """The third form of states had none."""
    caller = Caller(
        'step main { talk "a" fetch "https://a.example" as a { on error { talk "Later." } } input dtmf as k talk "b" }',
        lambda _: Fetched(None, "it failed", "500"),
    )
    caller.call()
    (kept,) = caller.kept.values()
    old = json.loads(kept.data)
    assert old["format"] == 4
    old["format"] = 3
    old["fetched"] = [one[:3] for one in old["fetched"]]
    state = State.from_bytes(json.dumps(old).encode())
    assert state.fetched == (("main", None, "it failed", ""),)
    caller.kept = {key: kept._replace(data=json.dumps(old).encode()) for key in caller.kept}
    assert b"Later." in caller.call().body


# ---- shapes

SHAPED = """
step main {
  fetch "https://a.example" as c: {name: text, born: date, tags: [text], at: {city: text?}, vip: boolean = false} {
    on error { talk "Sorry." hangup }
  }
  talk "{{ c.name }} {{ c.born.year }} {{ c.tags | join('+') }} {{ c.at.city | default('nowhere', true) }} {{ c.vip }} {{ c | length }}"
}
"""
FITS = {"name": 7, "born": "2001-02-03", "tags": ["a", "b"], "at": {"city": None, "x": 1}, "extra": "hidden"}


def test_an_answer_is_converted_as_params_are_and_nothing_else_is_kept() -> None:
    caller = Caller(SHAPED, lambda _: Fetched(FITS))
    caller.call()
    assert caller.said == ["7 2001 a+b nowhere False 5"]
    assert b"hidden" not in caller.call().body


@pytest.mark.parametrize(
    ("wrong", "member"),
    [
        ({"name": None}, "`name`"),
        ({"born": "yesterday"}, "`born`"),
        ({"tags": ["a", {}]}, "`tags[1]`"),
        ({"tags": "a"}, "`tags`"),
        ({"at": {"city": []}}, "`at.city`"),
        ({"vip": "perhaps"}, "`vip`"),
    ],
)
def test_a_misfit_takes_the_failure_branch_and_the_log_names_the_member_and_no_value(
    wrong: dict[str, object], member: str
) -> None:
    caller = Caller(SHAPED, lambda _: Fetched({**FITS, **wrong}))
    reply = caller.call()
    assert caller.said == ["Sorry."]
    assert (reply.status, reply.code, reply.place) == (200, "E820", "script.call:3")
    assert member in reply.problem
    assert "yesterday" not in reply.problem
    assert "perhaps" not in reply.problem


def test_a_misfit_without_a_branch_ends_the_call() -> None:
    caller = Caller(
        'step main { fetch "https://a.example" as c: {name: text} talk "{{ c.name }}" }', lambda _: Fetched([1])
    )
    reply = caller.call()
    assert (reply.status, reply.code) == (500, "E820")


# ---- wrong values


@pytest.mark.parametrize("value", ["a\r\nx-admin: 1", "a\nb", "a\x00b", "käse"])
def test_a_header_value_that_no_header_can_hold_is_refused_at_its_place(value: str) -> None:
    caller = Caller('param v: text\nsend "https://a.example" headers={x-a: "b {{ v }}"} body={a: 1}\n', v=value)
    reply = caller.call()
    assert (reply.status, reply.code, reply.place) == (500, "E323", "script.call:2")
    assert not caller.outbox


def test_a_body_that_is_too_large_is_refused_at_its_place() -> None:
    caller = Caller('param v: text\nsend "https://a.example" body={a: {{ v }}}\n', v="x" * 10_000_000)
    reply = caller.call()
    assert (reply.status, reply.code, reply.place) == (500, "E324", "script.call:2")
    assert str(LARGEST_BODY // 1024 * 1024)[:3] in reply.problem.replace(",", "")
    assert len(reply.problem) < 200


@pytest.mark.parametrize("value", ["text", 7, None])
def test_a_body_from_a_value_must_be_a_map_or_a_list(value: object) -> None:
    caller = Caller('param v: any = null\nsend "https://a.example" body={{ v }}\n', v=value)
    assert caller.call().code == "E301"


# ---- secrets that the platform has to know


SOCKET = """
secret token
step main {
  connect websocket "wss://ai.example.com" content_type="audio/l16;rate=16000"
    authorization_type=custom authorization_value="Bearer {{ token }}"
}
"""


def test_a_websocket_is_opened_with_a_secret_that_no_state_holds() -> None:
    caller = Caller(SOCKET)
    caller.script.secrets = {"token": "s3cr3t"}
    caller.call()
    assert caller.ncco[0]["endpoint"][0]["authorization"] == {"type": "custom", "value": "Bearer s3cr3t"}
    assert b"s3cr3t" not in next(iter(caller.kept.values())).data
    caller.script.secrets = {"token": "not\nallowed, s3cr3t"}
    reply = Caller.send(caller, "answer", **{**LEG, "uuid": "leg-2"})
    assert reply.status == 500
    assert "s3cr3t" not in reply.problem


def test_such_a_script_needs_a_server() -> None:
    flow = nccodsl.load(SOCKET)
    assert [found.code for found in flow.runtime_needs()] == ["E506"]
    script = Runnable(flow, URL)
    with pytest.raises(ScriptError):
        render(script, {}, call=False, api="v1")
