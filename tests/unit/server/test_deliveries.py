"""Deliveries to receivers of every kind: at least once, always with one key, and never in the way of a webhook."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections import Counter
from collections.abc import Iterator
from email.utils import formatdate
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest

import nccodsl
from nccodsl.io.uvicorn_host import UvicornHost
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.web_requests import JSON_BODY, Request, SecretName
from nccodsl.server import deliveries as module
from nccodsl.server.deliveries import LEASE, LONGEST, LONGEST_WAIT, Deliveries, backoff, wait_of
from nccodsl.server.http_client import HttpClient
from nccodsl.server.log import DeliveryLine, StandardLog, StreamLog
from nccodsl.server.refusals import BadStore
from nccodsl.server.server import Server
from nccodsl.server.signatures import Signatures
from nccodsl.server.stores.base import Direct
from nccodsl.server.stores.memory import MemoryStore
from nccodsl.server.stores.sqlite_store import SqliteStore
from nccodsl.server.sync import Served
from tests.e2e.sending_server import adding
from tests.e2e.servers import Hooks, hooks, wait_for
from tests.stores import Clock
from tests.unit.server.handle_drive import LEG, MENU
from tests.unit.server.test_fetch import talking

DAY = 24 * 3600.0
FLOW = nccodsl.load(MENU)


@pytest.fixture
def receiver() -> Iterator[Hooks]:
    with hooks() as made:
        yield made


class Counts:
    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()

    def delivered(self, outcome: str) -> None:
        self.seen[outcome] += 1


class Lines:
    def __init__(self) -> None:
        self.stream = StringIO()
        self.log = StreamLog(self.stream)

    @property
    def text(self) -> str:
        return self.stream.getvalue()


class Delivered:
    """Deliveries from a store with a clock of its own, one round at a time."""

    def __init__(self, **secrets: str) -> None:
        self.clock = Clock()
        self.store = MemoryStore(self.clock)
        self.counts = Counts()
        self.lines = Lines()
        self.secrets = secrets

    def round(self) -> None:
        """Deliver what is due now."""

        async def once() -> None:
            client = HttpClient(self.secrets)
            deliveries = Deliveries(Direct(self.store).outbox, client, self.lines.log, self.counts, lambda: 0.5)
            await deliveries._begin()
            await asyncio.gather(*deliveries._running)
            await client.close()

        asyncio.run(once())

    @property
    def one(self) -> Any:
        (found,) = self.store.outbox.list()
        return found


def sent(url: str, key: str = "key-1", **more: Any) -> Request:
    return Request(url, "POST", (("x-a", ("b",)),), '{"n":1}', JSON_BODY, key, **more)


def test_a_request_is_delivered(receiver: Hooks) -> None:
    work = Delivered(token="tok")
    asked = sent(receiver.url + "/a?q=1")._replace(headers=(("authorization", ("Bearer ", SecretName("token"))),))
    work.store.save("ivr/leg-1", b"1", None, sends=(asked,))
    work.round()
    (received,) = receiver.received
    assert (received.method, received.path, received.body) == ("POST", "/a", b'{"n":1}')
    assert received.headers["idempotency-key"] == "key-1"
    assert received.headers["authorization"] == "Bearer tok"
    assert work.store.outbox.list() == []
    assert work.counts.seen == {"ok": 1}
    assert " ivr send 127.0.0.1 ok attempts=1\n" in work.lines.text
    assert not any(word in work.lines.text for word in ("q=1", "/a", "tok", "Bearer"))


@pytest.mark.parametrize("status", [301, 302, 400, 404, 429, 500, 503])
def test_any_other_answer_is_tried_again(receiver: Hooks, status: int) -> None:
    work = Delivered()
    receiver.answer = lambda _: (status, b"", JSON_BODY)
    work.store.outbox.enqueue(sent(receiver.url + "/a?q=1"), "ivr/leg-1")
    waits = []
    for _ in range(12):
        work.round()
        waits.append(work.one.wait)
        work.clock.now += work.one.wait
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, LONGEST_WAIT, LONGEST_WAIT]
    assert len(receiver.received) == 12
    assert {one.headers["idempotency-key"] for one in receiver.received} == {"key-1"}
    assert (work.one.attempts, work.one.problem) == (12, f"the server answered with status {status}")
    assert work.counts.seen == {"status": 12}
    assert f'attempts=12 problem="the server answered with status {status}"\n' in work.lines.text
    receiver.answer = lambda _: (200, b"", JSON_BODY)
    work.round()
    assert work.store.outbox.list() == []


BAD = {
    "drops the connection": (b"", 0.0, "unreachable"),
    "no HTTP": (b"garbage\r\n\r\n", 0.0, "unreachable"),
    "half an answer": (b"HTTP/1.1 2", 0.0, "unreachable"),
    "an answer that never comes": (b"", 0.02, "timeout"),
    "headers without end": (b"HTTP/1.1 200 OK\r\nx-a: b\r\n", 0.02, "timeout"),
}


@pytest.mark.parametrize("name", BAD)
def test_receivers_that_behave_badly(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST", 0.3)
    piece, pause, outcome = BAD[name]
    work = Delivered()
    with talking(piece, pause=pause) as url:
        work.store.outbox.enqueue(sent(url), "ivr/leg-1")
        work.round()
    assert (work.one.attempts, work.one.wait, work.counts.seen) == (1, 1.0, {outcome: 1})


def test_an_answer_whose_body_never_ends_is_a_success(monkeypatch: pytest.MonkeyPatch) -> None:
    work = Delivered()
    with talking(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 1000, pause=0.01) as url:
        work.store.outbox.enqueue(sent(url), "ivr/leg-1")
        work.round()
    assert work.counts.seen == {"ok": 1}


def test_a_request_is_given_up_after_a_day(receiver: Hooks) -> None:
    work = Delivered()
    receiver.answer = lambda _: (500, b"", JSON_BODY)
    work.store.outbox.enqueue(sent(receiver.url), "ivr/leg-1")
    rounds = 0
    while not work.one.given_up:
        work.round()
        rounds += 1
        work.clock.now += 0.0 if work.one.given_up else work.one.wait
        assert rounds < 200
    assert work.one.age == pytest.approx(DAY, abs=1.0)
    assert 140 < rounds < 170
    assert work.counts.seen == {"status": rounds, "given_up": 1}
    assert f" status attempts={rounds} given-up problem=" in work.lines.text
    work.clock.now += DAY
    work.round()
    assert len(receiver.received) == rounds
    # By hand it can still be delivered.
    receiver.answer = lambda _: (200, b"", JSON_BODY)
    work.store.outbox.retry(["key-1"])
    work.round()
    assert work.store.outbox.list() == []


def test_one_that_waited_for_its_server_is_tried_at_least_once(receiver: Hooks) -> None:
    work = Delivered()
    work.store.outbox.enqueue(sent(receiver.url), "ivr/leg-1")
    work.clock.now += 3 * DAY
    work.round()
    assert work.counts.seen == {"ok": 1}


@pytest.mark.parametrize(("status", "wait"), [(429, 7.0), (503, 7.0), (500, 1.0)])
def test_a_receiver_may_ask_to_wait(status: int, wait: float) -> None:
    work = Delivered()
    head = f"HTTP/1.1 {status} Busy\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n".encode()
    with talking(head) as url:
        work.store.outbox.enqueue(sent(url), "ivr/leg-1")
        work.round()
    assert work.one.wait == wait


def test_waiting_ends_with_the_day() -> None:
    work = Delivered()
    with talking(b"HTTP/1.1 503 Busy\r\nretry-after: 999999\r\ncontent-length: 0\r\n\r\n") as url:
        work.store.outbox.enqueue(sent(url), "ivr/leg-1")
        work.round()
    assert DAY - 5 < work.one.wait <= DAY


def test_how_long_to_wait() -> None:
    assert (wait_of("7"), wait_of(" 120 "), wait_of(""), wait_of("soon"), wait_of("-5")) == (7.0, 120.0, 0.0, 0.0, 0.0)
    assert 50 < wait_of(formatdate(time.time() + 60, usegmt=True)) < 70
    assert wait_of(formatdate(time.time() - 60, usegmt=True)) == 0.0
    assert wait_of("9" * 400) < 1e10
    assert [backoff(n, 0.5) for n in (1, 2, 3, 50)] == [1.0, 2.0, 4.0, LONGEST_WAIT]
    assert (backoff(3, 0.0), backoff(3, 1.0), backoff(50, 1.0)) == (3.0, 5.0, LONGEST_WAIT)
    assert LEASE > 2 * LONGEST


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"url":1}', "another version"),
        ("[", "another version"),
        ("[" * 100_000, "another version"),
        ('{"url":"http://127.0.0.1","method":"POST","body":[1]}', "another version"),
        ('{"url":"http://127.0.0.1","method":"POST","key":{}}', "another version"),
        (sent("http://169.254.169.254/").to_json(), "metadata"),
    ],
)
def test_what_cannot_be_sent(text: str, problem: str) -> None:
    work = Delivered()
    work.store.outbox.enqueue(sent("http://x.example/"), "ivr/leg-1")
    work.store.outbox._rows["key-1"].request = text
    work.round()
    assert problem in work.one.problem


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://A.example:8443/x", "a.example"),
        ("http://[::1]:1/x", "::1"),
        ("https://bücher.example/", "bücher.example"),
        ("https://a ok attempts=1/", "-"),
        ("https://a\x1b[2J\x85b/", "-"),
        ("https://" + "a" * 300 + "/", "-"),
    ],
)
def test_what_the_log_shows_of_a_host(url: str, host: str, caplog: pytest.LogCaptureFixture) -> None:
    store = MemoryStore()
    store.outbox.enqueue(sent(url), "ivr/leg-1")
    (outgoing,) = store.outbox.list()
    StandardLog().delivery(DeliveryLine(0.0, "ivr", outgoing.host, "address", 1, "", False))
    assert caplog.messages == [f"ivr send {host} address attempts=1"]


def test_a_missing_secret_may_come_later(receiver: Hooks) -> None:
    work = Delivered()
    asked = sent(receiver.url)._replace(headers=(("x-a", (SecretName("token"),)),))
    work.store.outbox.enqueue(asked, "ivr/leg-1")
    work.round()
    assert (work.one.problem, receiver.received) == ("the secret `token` has no value", [])
    work.secrets["token"] = "tok"
    work.clock.now += 1
    work.round()
    assert receiver.received[0].headers["x-a"] == "tok"


def test_a_host_of_a_value_is_checked_at_each_delivery(receiver: Hooks) -> None:
    work = Delivered()
    work.store.outbox.enqueue(sent(receiver.url, free_host=True), "ivr/leg-1")
    work.round()
    assert "private network" in work.one.problem
    assert receiver.received == []


# ---- in a loop of their own


async def until(true: Any, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        await asyncio.sleep(0.005)


def test_so_many_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Receivers that hang take a slot each; the next one begins when one is free."""

    async def run() -> None:
        open_now = most = served = 0

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal open_now, most, served
            await reader.readuntil(b"\r\n\r\n")
            open_now += 1
            most = max(most, open_now)
            await asyncio.sleep(0.05)
            open_now -= 1
            served += 1
            writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        store = MemoryStore()
        deliveries = Deliveries(Direct(store).outbox, HttpClient(), Lines().log)
        for number in range(50):
            store.outbox.enqueue(sent(url, str(number)), "ivr/leg")
        deliveries.start()
        deliveries.start()
        await until(lambda: served == 50 and not store.outbox.list())
        await deliveries.stop()
        server.close()
        assert most == module.AT_ONCE

    asyncio.run(run())


def test_a_host_that_hangs_delays_no_other(receiver: Hooks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST", 1.0)

    async def run() -> None:
        store = MemoryStore()
        deliveries = Deliveries(Direct(store).outbox, HttpClient(), Lines().log)
        with socket.create_server(("127.0.0.2", 0), backlog=200) as silent:
            url = f"http://127.0.0.2:{silent.getsockname()[1]}/"
            for number in range(100):
                store.outbox.enqueue(sent(url, f"hangs-{number}"), "ivr/leg")
            deliveries.start()
            await until(lambda: "127.0.0.2" in deliveries._slow)
            # From now on it has two slots; the others are for those who answer.
            for number in range(50):
                store.outbox.enqueue(sent(receiver.url, f"quick-{number}"), "ivr/leg")
            deliveries.wake()
            await until(lambda: len(receiver.received) == 50)
            assert [*deliveries._running.values()].count("127.0.0.2") <= module.AT_ONCE_TO_SLOW
            tried = sum(one.attempts > 0 for one in store.outbox.list() if one.host == "127.0.0.2")
            assert tried < 100
            await deliveries.stop()

    asyncio.run(run())


def test_a_host_whose_answers_are_slow_delays_no_other(receiver: Hooks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SLOW", 0.02)

    async def run() -> None:
        begun = open_now = most = 0

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal begun, open_now, most
            await reader.readuntil(b"\r\n\r\n")
            begun, open_now = begun + 1, open_now + 1
            if begun > module.AT_ONCE:
                # The first ones took all slots, when nothing was known of the host.
                most = max(most, open_now)
            await asyncio.sleep(0.05)
            open_now -= 1
            writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        store = MemoryStore()
        deliveries = Deliveries(Direct(store).outbox, HttpClient(), Lines().log)
        for number in range(module.AT_ONCE + 8):
            store.outbox.enqueue(sent(url, f"slow-{number}"), "ivr/leg")
        deliveries.start()
        await until(lambda: not store.outbox.list())
        await deliveries.stop()
        server.close()
        assert 1 <= most <= module.AT_ONCE_TO_SLOW

    asyncio.run(run())


def test_a_stop_lets_what_runs_finish_and_leaves_the_rest_to_others(receiver: Hooks) -> None:
    async def run() -> None:
        store = MemoryStore()
        deliveries = Deliveries(Direct(store).outbox, HttpClient(), Lines().log)
        with socket.create_server(("127.0.0.1", 0)) as silent:
            store.outbox.enqueue(sent(f"http://127.0.0.1:{silent.getsockname()[1]}/", "hangs"), "ivr/leg")
            store.outbox.enqueue(sent(receiver.url, "slow"), "ivr/leg")
            deliveries.start()
            await until(lambda: deliveries.running == 2)
            await deliveries.stop(0.4)
        (left,) = store.outbox.list()
        assert (left.key, left.leased, left.wait) == ("hangs", False, 0.0)
        store.outbox.enqueue(sent(receiver.url, "later"), "ivr/leg")
        await asyncio.sleep(0.05)
        assert len(store.outbox.list()) == 2

    receiver.answer = lambda _: time.sleep(0.1) or (200, b"", JSON_BODY)  # type: ignore[func-returns-value]
    asyncio.run(run())
    assert [one.headers["idempotency-key"] for one in receiver.received] == ["slow"]


def test_a_store_that_fails_does_not_end_them(receiver: Hooks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK", 0.01)

    async def run() -> None:
        store, lines = MemoryStore(), Lines()
        outbox = Direct(store).outbox
        fails: list[Exception] = [BadStore("the disk is full"), ValueError("x"), BadStore("the disk is full")]
        claim = outbox.claim

        async def failing(*given: Any) -> Any:
            if fails:
                raise fails.pop()
            return await claim(*given)

        monkeypatch.setattr(outbox, "claim", failing)
        store.outbox.enqueue(sent(receiver.url), "ivr/leg")
        deliveries = Deliveries(outbox, HttpClient(), lines.log)
        deliveries.start()
        await until(lambda: not store.outbox.list())
        await deliveries.stop()
        assert lines.text.count("requests cannot be delivered") == 1

    asyncio.run(run())


# ---- where they run


@pytest.fixture
def sending(receiver: Hooks, monkeypatch: pytest.MonkeyPatch) -> Hooks:
    monkeypatch.setattr("nccodsl.server.driver.handle", adding(receiver.url))
    return receiver


def answer_webhook(leg: str) -> dict[str, str]:
    return {**LEG, "uuid": leg, "conversation_uuid": f"CON-{leg}"}


def keys_of(receiver: Hooks) -> set[str]:
    found = [one.headers["idempotency-key"] for one in receiver.received]
    assert len(found) == len(set(found))
    return set(found)


def test_a_server_delivers(sending: Hooks, tmp_path: Path) -> None:
    lines = Lines()
    store = SqliteStore(tmp_path / "s.sqlite3")
    # A process that was killed has left something.
    store.outbox.enqueue(sent(sending.url, "left"), "ivr/leg-0")
    with Server(
        lambda url: [("ivr", Runnable(FLOW, f"{url}/ivr"))], store, Signatures(allow_unsigned=True), log=lines.log
    ) as server:
        for _ in range(2):
            reply = httpx.post(f"{server.local}/ivr/answer", json=answer_webhook("leg-1"), trust_env=False)
            assert reply.status_code == 200
        wait_for(lambda: lines.text.count(" send ") == 2)
        metrics = httpx.get(f"{server.local}/metrics", trust_env=False).text
    assert keys_of(sending) == {"leg-1-0", "left"}
    assert 'nccodsl_deliveries_total{outcome="ok"}' in metrics
    assert " ivr send 127.0.0.1 ok attempts=1" in lines.text


def test_no_delivery_delays_an_answer(sending: Hooks, monkeypatch: pytest.MonkeyPatch) -> None:
    """All slots hang, and webhooks are answered as ever."""
    monkeypatch.setattr("nccodsl.server.asgi.STOPPING", 0.1)
    monkeypatch.setattr("nccodsl.server.server.STOPPING", 0.1)
    with socket.create_server(("127.0.0.1", 0), backlog=200) as silent:
        monkeypatch.setattr("nccodsl.server.driver.handle", adding(f"http://127.0.0.1:{silent.getsockname()[1]}"))
        store = MemoryStore()
        with (
            Server(
                lambda url: [("ivr", Runnable(FLOW, f"{url}/ivr"))],
                store,
                Signatures(allow_unsigned=True),
                log=Lines().log,
            ) as server,
            httpx.Client(trust_env=False) as client,
        ):
            took = []
            for number in range(40):
                began = time.perf_counter()
                assert (
                    client.post(f"{server.local}/ivr/answer", json=answer_webhook(f"leg-{number}")).status_code == 200
                )
                took.append(time.perf_counter() - began)
            assert sum(one.leased for one in store.outbox.list()) == module.AT_ONCE
    assert sorted(took)[20] < 1.0
    assert len(store.outbox.list()) == 40


def test_a_mounted_flow_delivers(sending: Hooks, tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.sqlite3")
    store.outbox.enqueue(sent(sending.url, "left"), "ivr/leg-0")
    app = FLOW.asgi("https://calls.example.com/ivr", store=store, allow_unsigned=True)

    async def ask() -> None:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            reply = await client.post("/ivr/answer", json=answer_webhook("leg-1"))
            assert reply.status_code == 200
            await until(lambda: len(sending.received) == 2 and not store.outbox.list())

    asyncio.run(ask())
    # Another loop, as some frameworks have one for each request.
    store.outbox.enqueue(sent(sending.url, "later"), "ivr/leg-0")

    async def again() -> None:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            await client.get("/ivr/nothing")
            await until(lambda: len(sending.received) == 3 and not store.outbox.list())

    asyncio.run(again())
    assert keys_of(sending) == {"later", "leg-1-0", "left"}
    store.close()


def test_an_application_with_a_life_span_delivers_at_once(receiver: Hooks) -> None:
    store = MemoryStore()
    store.outbox.enqueue(sent(receiver.url, "left"), "ivr/leg-0")
    host = UvicornHost("127.0.0.1", 0)
    try:
        assert host.start(FLOW.asgi("https://calls.example.com/ivr", store=store, allow_unsigned=True), "alone")
        wait_for(lambda: not store.outbox.list())
        store.outbox.enqueue(sent(receiver.url, "last"), "ivr/leg-0")
        wait_for(lambda: not store.outbox.list())
    finally:
        host.stop()
        host.join()
    assert keys_of(receiver) == {"left", "last"}


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_a_flow_without_a_loop_delivers(sending: Hooks, tmp_path: Path, kind: str) -> None:
    store = MemoryStore() if kind == "memory" else SqliteStore(tmp_path / "s.sqlite3")
    served = Served(FLOW, "https://calls.example.com/ivr", store=store, log=StandardLog())
    assert served.answer("", json.dumps(answer_webhook("leg-1"))).status == 200
    wait_for(lambda: len(sending.received) == 1 and not store.outbox.list())
    other = served.given({}, MemoryStore())
    assert other.answer("", json.dumps(answer_webhook("leg-2"))).status == 200
    wait_for(lambda: len(sending.received) == 2 and not other.store.outbox.list())
    served.close()
    # After its end it can be asked again.
    assert served.answer("", json.dumps(answer_webhook("leg-3"))).status == 200
    wait_for(lambda: len(sending.received) == 3 and not store.outbox.list())
    served.close()
    store.close()
    assert keys_of(sending) == {"leg-1-0", "leg-2-0", "leg-3-0"}


def test_a_script_that_sends_nothing_needs_no_thread() -> None:
    served = Served(FLOW, "https://calls.example.com/ivr")
    assert served.answer("", json.dumps(answer_webhook("leg-1"))).status == 200
    assert served._beside._loop is None


def test_both_forms_of_the_log() -> None:
    stream = StringIO()
    log = StreamLog(stream, as_json=True)
    line = module.DeliveryLine(1e9, "ivr", "crm.example.com", "status", 3, "status 500", True)
    log.delivery(line)
    log.delivery(line._replace(outcome="ok", problem="", given_up=False))
    first, second = map(json.loads, stream.getvalue().splitlines())
    assert first == {
        "time": "2001-09-09T01:46:40.000Z",
        "event": "delivery",
        "flow": "ivr",
        "host": "crm.example.com",
        "outcome": "status",
        "attempts": 3,
        "problem": "status 500",
        "given_up": True,
    }
    assert "problem" not in second
