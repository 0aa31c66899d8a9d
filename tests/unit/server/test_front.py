"""What every webhook goes through: refusals, what is logged and counted, and that nothing makes it fail."""

from __future__ import annotations

import io
import json
import logging
import re
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, strategies as st

import nccodsl
from nccodsl.runtime.runnable import Runnable
from nccodsl.server.driver import Driver, now
from nccodsl.server.fetch import BlockingFetcher
from nccodsl.server.front import LARGEST_BODY, Front, HttpAnswer, WebhookRequest, checked_url, read_query
from nccodsl.server.log import LogLine, StandardLog, StreamLog, problem_of
from nccodsl.server.metrics import Metrics
from nccodsl.server.refusals import BadStore, CannotServe
from nccodsl.server.server import Server
from nccodsl.server.signatures import Signatures
from nccodsl.server.stores.base import Direct, Texts
from nccodsl.server.stores.memory import MemoryStore
from nccodsl.server.turns import ThreadTurns
from tests.unit.server.handle_drive import SECRET, tagged

SCRIPT = """
param account: text = "none"
step main {
  talk "Your account is {{ account }}. Press 1." barge_in=true
  input dtmf speech max_digits=4 as given
  set said = {{ given.digits }}
  connect phone {{ said }} from=14155550100 { on busy -> main }
}
"""
LEG = {"uuid": "leg-1", "conversation_uuid": "CON-1", "from": "14155550101", "to": "14155550100"}
SCRIPTS = Runnable(nccodsl.load(SCRIPT), "https://x.example/ivr")


class Bench:
    """A front with its log and its numbers."""

    def __init__(self, *, as_json: bool = True, store: Any = None) -> None:
        self.text = io.StringIO()
        self.metrics = Metrics()
        driver = Driver(Direct(store or MemoryStore(secret=SECRET)), BlockingFetcher(), ThreadTurns(), self.metrics)
        log = StreamLog(self.text, as_json=as_json)
        self.front = Front(driver, Signatures([], allow_unsigned=True), log, self.metrics)

    def ask(self, route: str, body: Any = LEG, query: bytes = b"", method: str = "POST") -> HttpAnswer:
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        return now(self.front.answer(SCRIPTS, route, WebhookRequest(method, query, None, data)))

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.getvalue().splitlines()]


PRESSED = {**LEG, "dtmf": {"digits": "4711", "timed_out": False}, "speech": {"results": [{"text": "my secret"}]}}


def test_a_call_in_the_log() -> None:
    bench = Bench()
    bench.ask("answer", query=b"account=12345678")
    bench.ask("input", PRESSED, tagged("main").encode())
    bench.ask("event", {**LEG, "status": "completed"})
    first, second, third = bench.lines
    assert first.keys() == {"time", "flow", "route", "status", "leg", "conversation", "block", "moved", "ms"}
    assert (first["flow"], first["route"], first["status"], first["moved"]) == ("ivr", "answer", 200, True)
    assert (first["leg"], first["conversation"], first["block"]) == ("leg-1", "CON-1", "main")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", first["time"])
    # What was entered is no telephone number: the script fails, and the log says where, and not with what.
    assert (second["code"], second["place"], second["status"]) == ("E303", "script.call:7", 500)
    assert (third["status"], third["moved"]) == (204, False)


@pytest.mark.parametrize("as_json", [True, False])
def test_what_is_never_in_the_log(as_json: bool) -> None:
    bench = Bench(as_json=as_json)
    bench.ask("answer", query=b"account=12345678&uuid=x%0Aforged")
    bench.ask("answer", {**LEG, "uuid": "leg-1\nforged line"})
    bench.ask("input", PRESSED, tagged("main").encode())
    bench.ask("event", {**LEG, "reason": "syntax error: \"my secret\" at 4711000 of 'forged'"})
    bench.ask("answer", b'{"forged')
    bench.ask("forged")
    text = bench.text.getvalue()
    assert len(text.splitlines()) == 6
    for never in ("12345678", "4711", "my secret", "forged", "14155550101", "x.example"):
        assert never not in text, never


def test_lines_for_people() -> None:
    bench = Bench(as_json=False)
    bench.ask("answer")
    bench.ask("answer", b"[")
    first, second = bench.text.getvalue().splitlines()
    assert re.fullmatch(r"\S+Z ivr answer 200 \d+\.\dms leg=leg-1 conversation=CON-1 block=main moved", first)
    assert re.fullmatch(r'\S+Z ivr answer 400 \d+\.\dms code=E810 problem="the body is not JSON"', second)


def test_problems_are_told_without_values() -> None:
    assert problem_of("E801", "the `fetch` failed: no answer within 3 s") == "the `fetch` failed: no answer within 3 s"
    assert problem_of("E315", "`12` is not a valid phone number") == nccodsl.diagnostics.REGISTER["E315"].title
    assert (
        problem_of("E812", "the platform reports: 'x' and +1 415 555 0101 at 3") == "the platform reports: … and … at 3"
    )


def test_nobody_reads_the_log() -> None:
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    line = LogLine(0.0, "ivr", "answer", 200, 1.0)
    StreamLog(Closed()).webhook(line)
    gone = io.StringIO()
    gone.close()
    StreamLog(gone).webhook(line)


def test_the_log_of_somebody_elses_application(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "nccodsl.webhooks")
    StandardLog().webhook(LogLine(0.0, "ivr", "answer", 200, 1.0, leg="leg-1"))
    StandardLog().webhook(LogLine(0.0, "ivr", "answer", 400, 1.0, code="E810", problem="no JSON"))
    StandardLog().note("reloaded", "ivr")
    assert [record.levelname for record in caplog.records] == ["INFO", "WARNING", "WARNING"]
    assert caplog.messages[0] == "ivr answer 200 1.0ms leg=leg-1"


REFUSED: dict[str, tuple[dict[str, Any], int]] = {
    "no JSON": ({"body": b"{"}, 400),
    "nothing": ({"body": b""}, 400),
    "a list": ({"body": b"[]"}, 400),
    "null": ({"body": b"null"}, 400),
    "no text": ({"body": b'{"a": "\xff"}'}, 400),
    "NaN": ({"body": b'{"a": NaN}'}, 400),
    "nested without end": ({"body": b'{"a":' * 10_000}, 400),
    "a number without end": ({"body": b'{"a":' + b"1" * 10_000 + b"}"}, 400),
    "a key twice": ({"body": b'{"uuid": "leg-1", "uuid": "leg-2"}'}, 400),
    "a key twice, inside": ({"body": b'{"uuid": "leg-1", "dtmf": {"digits": "1", "\\u0064igits": "2"}}'}, 400),
    "too large": ({"body": None}, 413),
    "another method": ({"method": "PUT"}, 405),
    "no method at all": ({"method": "GETTING"}, 405),
    "another route": ({"route": "../answer"}, 404),
    "parameters without end": ({"query": b"a=1&" * 300}, 400),
    "about no call": ({"body": b"{}"}, 400),
    "a wait that is none": ({"route": "input", "query": b"at=nowhere&n=0&call=leg-1"}, 410),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusals(name: str) -> None:
    what, status = REFUSED[name]
    bench = Bench()
    answer = bench.ask(**{"route": "answer", **what})
    assert (answer.status, answer.body) == (status, b"")
    assert bench.lines[0]["code"].startswith("E8")
    assert dict(answer.headers) == ({b"allow": b"GET, POST"} if status == 405 else {})


def test_a_get_says_the_same_as_a_post() -> None:
    query = b"uuid=leg-1&conversation_uuid=CON-1&from=14155550101&to=14155550100&from=1"
    assert Bench().ask("answer", b"", query, "GET") == Bench().ask("answer")


def test_a_store_that_fails() -> None:
    class Broken(MemoryStore):
        def load(self, key: str) -> Any:
            raise BadStore("calls cannot be kept: the disk is full")

    bench = Bench(store=Broken())
    assert bench.ask("answer").status == 503
    assert bench.lines[0]["code"] == "E803"


def test_a_store_that_fails_when_it_starts() -> None:
    class Broken(MemoryStore):
        def keep(self, version: str, texts: Texts) -> None:
            raise BadStore("the disk is full", "make room")

    script = Runnable(nccodsl.load('talk "Hi"'), "https://calls.example.com/ivr")
    server = Server(lambda _: [("ivr", script)], Broken(), Signatures(allow_unsigned=True))
    with pytest.raises(BadStore, match="the disk is full"):
        server.run()
    with (
        pytest.raises(BadStore, match="the disk is full"),
        Server(lambda _: [("ivr", script)], Broken(), Signatures(allow_unsigned=True)),
    ):
        pass


def test_a_mistake_of_ours() -> None:
    class Wrong(MemoryStore):
        def load(self, key: str) -> Any:
            raise ZeroDivisionError("4711")

    bench = Bench(store=Wrong())
    assert bench.ask("answer").status == 500
    assert bench.lines[0]["problem"] == "internal error (ZeroDivisionError); please report it"


def test_numbers() -> None:
    bench = Bench()
    bench.ask("answer")
    bench.ask("answer")
    bench.ask("event", {**LEG, "status": "completed"})
    bench.ask("x" * 100)
    text = bench.metrics.to_text().decode()
    assert 'nccodsl_webhooks_total{flow="ivr",route="answer",status="200"} 2.0' in text
    assert 'nccodsl_webhooks_total{flow="",route="",status="404"} 1.0' in text
    assert 'nccodsl_webhook_seconds_count{flow="ivr",route="answer"} 2.0' in text
    assert 'nccodsl_calls_started_total{flow="ivr"} 1.0' in text
    assert 'nccodsl_calls_ended_total{flow="ivr"} 1.0' in text
    assert "xxx" not in text


@pytest.mark.parametrize("url", ["", "x.example", "ftp://x.example", "https://", "https://x.example/?a", "https://x/#"])
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(CannotServe):
        checked_url(url)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = ("uuid", "call_uuid", "conversation_uuid", "status", "dtmf", "speech", "reason", "original_request", "from")


@given(
    st.sampled_from(("answer", "event", "input", "connect", "resume", "record", "fallback")),
    st.dictionaries(st.sampled_from(NAMES), JSON),
    st.binary(max_size=40),
    st.sampled_from(("GET", "POST")),
)
def test_nothing_makes_it_fail(route: str, payload: dict[str, Any], query: bytes, method: str) -> None:
    bench = Bench()
    bench.ask("answer")
    answer = bench.ask(route, json.dumps(payload).encode(), tagged("main", route=route).encode() + b"&" + query, method)
    assert answer.status in (200, 204, 400, 401, 410, 500)
    if answer.status == 200:
        assert isinstance(json.loads(answer.body), list)
    assert len(answer.body) < LARGEST_BODY
    assert "internal" not in bench.text.getvalue()


@pytest.mark.parametrize(
    "query",
    [
        "",
        "a=1&b=2",
        "a&b=&=c&=",
        "&&a=1&&",
        "a=1=2&a=3",
        "a=%41+b&b=%zz",
        "at=main&n=0&call=leg-1&tag=a-b_c",
        "a;b=1;c",
        "\u00e9=\u00ff",
        "a=1&" * 199 + "b=2",
    ],
)
def test_a_query_without_escapes_is_read_alike(query: str) -> None:
    expected: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        expected.setdefault(name, value)
    assert read_query(query.encode("latin-1")) == expected


def test_a_query_with_too_many_parameters() -> None:
    for one in ("a=1", "a=%41"):
        with pytest.raises(ValueError, match="more than 200 parameters"):
            read_query("&".join([one] * 201).encode())
        assert read_query("&".join([one] * 200).encode()) == {"a": "1" if one == "a=1" else "A"}
