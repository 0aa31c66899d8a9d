"""The client against servers that misbehave, over real sockets: whatever they do, a call is never sent twice unasked."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from email.utils import formatdate
from pathlib import Path

import httpx
import pytest

from nccodsl.client import AsyncVoiceClient, VoiceClient
from nccodsl.client.clock import Reading
from nccodsl.client.dial_once import place
from nccodsl.client.failures import (
    BadAnswer,
    OutcomeUnknown,
    ReferenceInUse,
    Refused,
    TooManyRequests,
    Unreachable,
    VoiceError,
)
from nccodsl.client.journal import Journal
from nccodsl.client.results import CreatedCall
from nccodsl.client.retry import Retries
from nccodsl.client.send import Timeouts
from nccodsl.client.settlement import SKEW, reconcile
from nccodsl.client.writer_process import is_running
from tests.e2e.calls.odd_server import RawServer
from tests.e2e.servers import credentials, wait_for

BODY = {
    "to": [{"type": "phone", "number": "14155550101"}],
    "from": {"type": "phone", "number": "14155550100"},
    "ncco": [{"action": "talk", "text": "Hi"}],
}
PATIENT = Timeouts(read=20)
HASTY = Timeouts(read=0.3, whole=0.6)
"""For servers that never come to an end; where an answer is awaited, a busy machine may take its time."""
QUICK = Retries(attempts=3, first=0.01, longest=0.02)
Behave = Callable[[socket.socket], None]


class Unruly(RawServer):
    """A server that behaves in each of these ways, one request after the other, and in the last one from then on."""

    def __init__(self, *behaviours: Behave) -> None:
        left = list(behaviours)
        lock = threading.Lock()

        def behave(connection: socket.socket, _request: bytes) -> None:
            with lock:
                chosen = left.pop(0) if len(left) > 1 else left[0]
            chosen(connection)

        super().__init__(behave)


def says(status: int, body: bytes = b"", kind: str = "application/json", **headers: str) -> Behave:
    lines = [f"HTTP/1.1 {status} X", f"content-type: {kind}", f"content-length: {len(body)}", "connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return lambda connection: connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)


def silent(_connection: socket.socket) -> None:
    time.sleep(1.5)


def resets(connection: socket.socket) -> None:
    connection.sendall(b'HTTP/1.1 201 X\r\ncontent-length: 500\r\n\r\n{"uuid": "u')
    time.sleep(0.05)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def closes(_connection: socket.socket) -> None:
    pass


def drips(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 201 X\r\ncontent-length: 5000\r\n\r\n")
    for _ in range(30):
        connection.sendall(b" ")
        time.sleep(0.1)


def floods(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 201 X\r\n\r\n")
    for _ in range(40):
        connection.sendall(b" " * 2**20)


def mumbles(connection: socket.socket) -> None:
    connection.sendall(b"220 mail.example.com ESMTP\r\n")


CREATED = says(201, b'{"uuid": "u-1", "conversation_uuid": "CON-1", "status": "started", "direction": "outbound"}')
HTML = says(200, b"<html><title>Sign in</title></html>", "text/html")
LOST = [silent, resets, closes, drips, floods, mumbles, HTML, says(500), says(502, b"<html>no", "text/html"), says(503)]


def client(server: Unruly, times: Timeouts = PATIENT) -> VoiceClient:
    return VoiceClient(credentials(), host=server.url, timeout=times, retries=QUICK)


def create(server: Unruly, times: Timeouts = PATIENT) -> CreatedCall:
    with client(server, times) as voice:
        return voice.create(BODY, "v1")


def create_on_a_loop(server: Unruly, times: Timeouts = PATIENT) -> CreatedCall:
    async def work() -> CreatedCall:
        async with AsyncVoiceClient(credentials(), host=server.url, timeout=times, retries=QUICK) as voice:
            return await voice.create(BODY, "v1")

    return asyncio.run(work())


@pytest.mark.parametrize("how", [create, create_on_a_loop])
@pytest.mark.parametrize("behave", LOST, ids=lambda one: one.__name__)
def test_a_call_that_may_have_arrived_is_sent_once(behave: Behave, how: Callable[..., CreatedCall]) -> None:
    with Unruly(behave) as server, pytest.raises(OutcomeUnknown):
        how(server, HASTY)
    assert server.created() == 1


@pytest.mark.parametrize("how", [create, create_on_a_loop])
def test_a_storm_is_sat_out_and_the_call_is_made_once(how: Callable[[Unruly], CreatedCall]) -> None:
    limited = says(429, b"{}", retry_after="0")
    with Unruly(limited, limited, CREATED) as server:
        assert how(server).uuid == "u-1"
        assert server.created() == 3
    with Unruly(limited) as server, pytest.raises(TooManyRequests):
        how(server)
    assert server.created() == QUICK.attempts


def test_a_wish_to_wait_is_heard() -> None:
    with Unruly(says(429, retry_after="1"), CREATED) as server:
        began = time.monotonic()
        create(server)
        assert time.monotonic() - began >= 1


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"uuid": 7.5}', b"\xff\xfe"])
def test_a_success_of_odd_shape_is_one(body: bytes) -> None:
    with Unruly(says(201, body)) as server:
        assert create(server).uuid is None
    assert server.created() == 1


@pytest.mark.parametrize(
    ("behave", "kind"),
    [
        (closes, Unreachable),
        (silent, Unreachable),
        (HTML, BadAnswer),
        (says(200, b"[]"), BadAnswer),
        (says(200), BadAnswer),
    ],
)
def test_questions_are_asked_again_where_that_may_help(behave: Behave, kind: type[VoiceError]) -> None:
    with Unruly(behave) as server, client(server, HASTY) as voice, pytest.raises(kind):
        voice.show("u-1")
    assert len(server.requests) == (QUICK.attempts if kind is Unreachable else 1)


def test_keys_are_pressed_once_and_other_orders_again() -> None:
    with Unruly(closes) as server, client(server) as voice:
        with pytest.raises(OutcomeUnknown):
            voice.dtmf("u-1", "12")
        assert len(server.requests) == 1
        with pytest.raises(OutcomeUnknown):
            voice.hangup("u-1")
        assert len(server.requests) == 1 + QUICK.attempts


def test_a_redirect_is_not_followed() -> None:
    with Unruly(says(200)) as other, Unruly(says(307, location=other.url + "/v1/calls")) as server:
        with pytest.raises(BadAnswer, match="307"):
            create(server)
        assert (server.created(), other.requests) == (1, [])


def test_many_who_dial_the_same_reference_at_once_dial_once(tmp_path: Path) -> None:
    def slowly(connection: socket.socket) -> None:
        time.sleep(0.2)
        CREATED(connection)

    def dial(_number: int) -> str:
        with Journal(tmp_path) as journal, client(server) as voice:
            try:
                return "again" if place(voice, journal, BODY, "v1", "a").repeated else "placed"
            except ReferenceInUse:
                return "in use"

    with Unruly(slowly) as server, ThreadPoolExecutor(12) as pool:
        said = list(pool.map(dial, range(12)))
    assert server.created() == 1
    assert said.count("placed") == 1


@pytest.mark.parametrize("redialled", [False, True])
def test_a_call_that_was_taken_for_absent_while_it_was_sent_counts(tmp_path: Path, redialled: bool) -> None:
    posted: list[str] = []

    def answer(_request: httpx.Request) -> httpx.Response:
        posted.append(f"u-{len(posted) + 1}")
        uuid = posted[-1]
        if uuid == "u-1":
            # Somebody who does not see the process that is sending, in another container perhaps.
            with Journal(tmp_path) as other:
                (one,) = other.open_intents()
                assert other.settle(one.id, "absent")
                if redialled:
                    assert place(voice, other, BODY, "v1", "a").uuid == "u-2"
        return httpx.Response(201, json={"uuid": uuid})

    voice = VoiceClient(credentials(), transport=httpx.MockTransport(answer))
    with Journal(tmp_path) as journal:
        assert place(voice, journal, BODY, "v1", "a").uuid == "u-1"
        assert {one.uuid: one.state for one in journal.recent()} == dict.fromkeys(posted, "placed")
        again = place(voice, journal, BODY, "v1", "a")
    assert again.repeated
    assert again.uuid == posted[-1]
    assert len(posted) == 1 + redialled


@pytest.mark.parametrize(
    ("behave", "kind"), [(CREATED, OutcomeUnknown), (closes, OutcomeUnknown), (says(400), Refused)]
)
def test_a_journal_that_fails_on_the_way_does_not_hide_what_became_of_the_call(
    tmp_path: Path, behave: Behave, kind: type[VoiceError]
) -> None:
    with Journal(tmp_path) as journal:

        def breaks(connection: socket.socket) -> None:
            journal.close()
            behave(connection)

        with Unruly(breaks) as server, client(server) as voice, pytest.raises(kind):
            place(voice, journal, BODY, "v1", "a")
    with Journal(tmp_path) as journal:
        assert [one.state for one in journal.open_intents()] == ["pending"]


def test_calls_at_the_edge_of_the_time_that_is_looked_at_are_not_mistaken(tmp_path: Path) -> None:
    """The API's clock is 3 s behind, and an earlier call without an id lies where the span that is asked for begins."""
    now = [1_800_000_000.0]
    apart = 2 * SKEW + 1
    made = {"first": now[0] - 3, "second": now[0] + apart - 3}

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            if now[0] > 1_800_000_000.0:
                raise httpx.ReadTimeout("lost")
            return httpx.Response(202, json={}, headers=date())
        span = [
            datetime.fromisoformat(request.url.params.get(name, "2001-01-01T00:00:00Z")).timestamp()
            for name in ("date_start", "date_end")
        ]
        calls = [
            {"uuid": uuid, "status": "completed", "direction": "outbound", "to": BODY["to"][0]}  # type: ignore[index]
            for uuid, at in made.items()
            if span[0] <= at <= span[1]
        ]
        return httpx.Response(200, json={"count": len(calls), "_embedded": {"calls": calls}}, headers=date())

    def date() -> dict[str, str]:
        return {"date": formatdate(now[0] - 3, usegmt=True)}

    def clock() -> Reading:
        return Reading(now[0], now[0] - 1_700_000_000, "this run")

    voice = VoiceClient(credentials(), transport=httpx.MockTransport(answer), clock=clock)
    with Journal(tmp_path, clock=clock) as journal:
        place(voice, journal, BODY)
        now[0] += apart
        with pytest.raises(OutcomeUnknown):
            place(voice, journal, BODY)
        now[0] += 100
        (settled,) = reconcile(voice, journal)
    assert (settled.state, [call.uuid for call in settled.calls]) == ("placed", ["second"])


@pytest.fixture
def dead_child(tmp_path: Path) -> Iterator[None]:
    """A process that wrote an intent down and died, which its parent has not noticed yet."""
    child = os.fork()
    if not child:
        try:
            journal = Journal(tmp_path)
            journal.begin(
                reference=None, fingerprint="", host="h", application_id="a", api="v1", callee="1", caller=None
            )
        finally:
            os._exit(0)
    yield
    os.waitpid(child, 0)


def _runs(journal: Journal) -> bool:
    (one,) = journal.open_intents()
    return is_running(one.pid, one.started)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="only Linux tells of dead processes")
def test_a_process_that_has_died_does_not_hold_its_call(tmp_path: Path, dead_child: None) -> None:
    wait_for(lambda: (tmp_path / "calls.sqlite3").exists())
    with Journal(tmp_path) as journal:
        wait_for(lambda: journal.open_intents() and not _runs(journal))
