"""`serve --forward-events`: every webhook is passed on as it came, and no answer waits for it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

import nccodsl
from nccodsl.emulator.http.sender import Secret, sign
from nccodsl.runtime.runnable import Runnable
from nccodsl.server import event_forwarder
from nccodsl.server.front import WebhookRequest
from nccodsl.server.log import StreamLog
from nccodsl.server.refusals import BadStore, CannotServe
from nccodsl.server.server import Server
from nccodsl.server.signatures import Signatures
from nccodsl.server.stores.memory import MemoryStore
from nccodsl.server.stores.sqlite_store import SqliteStore
from tests.e2e.serve_process import SECRET, ServeProcess, refused_serve
from tests.e2e.servers import Hooks, Received, hooks, wait_for
from tests.unit.server.handle_drive import LEG, MENU

FLOW = nccodsl.load(MENU)


@pytest.fixture
def receiver() -> Iterator[Hooks]:
    with hooks() as made:
        yield made


def serving(store: Any, url: str, stream: StringIO | None = None, signatures: Signatures | None = None) -> Server:
    return Server(
        lambda base: [("ivr", Runnable(FLOW, f"{base}/ivr")), ("other", Runnable(FLOW, f"{base}/other"))],
        store,
        signatures or Signatures(allow_unsigned=True),
        log=StreamLog(stream or StringIO()),
        forward_events=url,
    )


def received(receiver: Hooks, number: int) -> list[Received]:
    wait_for(lambda: len(receiver.received) >= number)
    return receiver.received


def test_a_webhook_is_passed_on_as_it_came(receiver: Hooks) -> None:
    signatures = Signatures([SECRET])
    body = b'{"uuid":  "leg-1", "conversation_uuid":"CON-1",\n "from":"14155550101", "caf\\u00e9": "\xc3\xa9"}'
    query = "a=1&b=%2F%20%C3%A9'&a=2"
    signed = f"Bearer {sign(Secret(SECRET), body)}"
    with serving(MemoryStore(), receiver.url + "/in?team=7", signatures=signatures) as server:
        headers = {"authorization": signed, "content-type": "application/json; charset=utf-8", "x-private": "1"}
        answer = httpx.post(f"{server.local}/ivr/answer?{query}", content=body, headers=headers, trust_env=False)
        assert answer.status_code == 200
        (one,) = received(receiver, 1)
    assert (one.method, one.path, one.body) == ("POST", "/in", body)
    assert one.query == {"team": "7", "a": "2", "b": "/ é'"}
    known = one.headers
    assert (known["authorization"], known["content-type"]) == (signed, "application/json; charset=utf-8")
    assert (known["x-nccodsl-script"], known["x-nccodsl-route"]) == ("ivr", "answer")
    assert len(known["idempotency-key"]) == 32
    assert "x-private" not in known
    # Whoever receives it can check the signature.
    assert signatures.refusal(known["authorization"], "POST", one.body, {}) is None


def test_the_query_keeps_its_letters() -> None:
    asked = event_forwarder.WebhookRequest("GET", b"a='x'&b=[1]&c=%2f&d=\xe9", "Bearer x")
    made = event_forwarder._outgoing("https://hooks.example.com/in", "ivr", "event", asked)
    assert made.url == "https://hooks.example.com/in?a='x'&b=[1]&c=%2f&d=%E9"
    assert (made.body, made.method, made.free_host) == (None, "GET", False)
    other = event_forwarder._outgoing("https://hooks.example.com/in", "iv", "revent", asked)
    assert made.key != other.key


def test_a_number_sign_in_the_query_cuts_nothing_off() -> None:
    request = event_forwarder._outgoing("https://a.example/in", "ivr", "answer", WebhookRequest("GET", b"a=1#b&c=2"))
    assert request.url == "https://a.example/in?a=1%23b&c=2"


def test_every_webhook_of_every_script_is_passed_on_once(receiver: Hooks) -> None:
    with serving(MemoryStore(), receiver.url) as server:
        post = lambda path, **more: httpx.post(f"{server.local}/{path}", json={**LEG, **more}, trust_env=False)  # noqa: E731
        for _ in range(2):
            assert post("ivr/answer").status_code == 200
        assert post("other/answer").status_code == 200
        assert post("ivr/event", status="ringing").status_code == 204
        assert post("ivr/record", recording_url="https://x").status_code == 204
        assert httpx.get(f"{server.local}/ivr/event?status=completed&uuid=leg-1", trust_env=False).status_code == 204
        # What is no webhook is not passed on.
        assert post("nowhere/answer").status_code == 404
        assert post("ivr/nowhere").status_code == 404
        assert httpx.post(f"{server.local}/ivr/event", content=b"[", trust_env=False).status_code == 400
        assert httpx.put(f"{server.local}/ivr/event", json=LEG, trust_env=False).status_code == 405
        received(receiver, 5)
        time.sleep(0.1)
    came = sorted(
        (one.method, one.headers["x-nccodsl-script"], one.headers["x-nccodsl-route"]) for one in receiver.received
    )
    assert came == [
        ("GET", "ivr", "event"),
        ("POST", "ivr", "answer"),
        ("POST", "ivr", "event"),
        ("POST", "ivr", "record"),
        ("POST", "other", "answer"),
    ]


def test_what_is_not_signed_is_not_passed_on(receiver: Hooks) -> None:
    store = MemoryStore()
    with serving(store, receiver.url, signatures=Signatures([SECRET])) as server:
        assert httpx.post(f"{server.local}/ivr/answer", json=LEG, trust_env=False).status_code == 503
        headers = {"authorization": f"Bearer {sign(Secret('another secret of thirty-two letters'), b'{}')}"}
        assert (
            httpx.post(f"{server.local}/ivr/answer", content=b"{}", headers=headers, trust_env=False).status_code == 401
        )
    assert store.outbox.list() == []
    assert receiver.received == []


class Failing(MemoryStore):
    """Its outbox fails for a while."""

    def __init__(self, fails: int) -> None:
        super().__init__()
        enqueue = self.outbox.enqueue

        def failing(request: Any, source: str) -> bool:
            nonlocal fails
            fails -= 1
            if fails >= 0:
                raise BadStore("the disk is full")
            return enqueue(request, source)

        self.outbox.enqueue = failing  # type: ignore[method-assign]


def test_a_store_that_fails_delays_and_fails_no_answer(receiver: Hooks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_forwarder, "_WAITS", (0.0, 0.05, 0.05, 0.05))
    stream = StringIO()
    with serving(Failing(2), receiver.url, stream) as server:
        assert httpx.post(f"{server.local}/ivr/answer", json=LEG, trust_env=False).status_code == 200
        received(receiver, 1)
    log = stream.getvalue()
    assert log.count("webhooks are not passed on: the disk is full") == 1
    assert "webhooks are passed on again; lost 0 webhooks" in log


def test_webhooks_that_cannot_be_passed_on_are_counted(receiver: Hooks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_forwarder, "_WAITS", (0.0, 60.0))
    monkeypatch.setattr(event_forwarder, "MOST_WAITING", 2)
    stream = StringIO()
    with serving(Failing(1000), receiver.url, stream) as server, httpx.Client(trust_env=False) as client:
        began = time.monotonic()
        for number in range(5):
            answer = client.post(f"{server.local}/ivr/answer", json={**LEG, "uuid": f"leg-{number}"})
            assert answer.status_code == 200
        assert time.monotonic() - began < 30
    assert "lost 5 webhooks, since the store failed" in stream.getvalue()
    assert receiver.received == []


def test_a_store_that_is_slow_delays_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_forwarder, "PATIENCE", 0.01)

    class Slow:
        put: ClassVar[list[str]] = []

        async def enqueue(self, request: Any, source: str) -> bool:
            await may.wait()
            self.put.append(source)
            return True

    async def run() -> None:
        woken: list[bool] = []
        forwarder = event_forwarder.EventForwarder(
            "https://x.example",
            Slow(),
            lambda: woken.append(True),
            StreamLog(StringIO()),  # type: ignore[arg-type]
        )
        await forwarder.forward("ivr", "event", "leg-1", event_forwarder.WebhookRequest("POST", b"", None, b"{}"))
        assert Slow.put == []
        may.set()
        await asyncio.sleep(0.01)
        assert (Slow.put, woken) == (["ivr/leg-1"], [True])
        await forwarder.close()

    may = asyncio.Event()
    asyncio.run(run())


@pytest.mark.parametrize(
    "url", ["", "x", "ftp://x/", "https://", "https://user:word@x/", "https://x/#a", "https://x/ b", "http://x:99999/"]
)
def test_what_is_no_url(url: str) -> None:
    with pytest.raises(CannotServe) as caught:
        serving(MemoryStore(), url)
    assert caught.value.help
    assert "word" not in str(caught.value)


def test_a_store_without_an_outbox(receiver: Hooks) -> None:
    class Older(MemoryStore):
        def save(
            self, key: str, data: bytes, revision: int | None, conversation: str = "", *, ended: bool = False
        ) -> bool:  # type: ignore[override]
            return super().save(key, data, revision, conversation, ended=ended)

    with pytest.raises(BadStore, match="Older"):
        serving(Older(), receiver.url)


@pytest.mark.slow
def test_a_server_that_is_killed_passes_all_on(receiver: Hooks, tmp_path: Path) -> None:
    """The receiver is away; the webhook was answered, and so it is in the outbox."""
    (tmp_path / "menu.call").write_text(MENU)
    receiver.answer = lambda _: (503, b"", "application/json")
    options = ("menu.call", "--forward-events", receiver.url, "--store", "sqlite:calls.db")
    with ServeProcess(tmp_path, *options) as server:
        assert server.post("menu/answer", LEG).status_code == 200
        server.kill()
        receiver.answer = lambda _: (200, b"", "application/json")
        before = len(receiver.received)
        # The lease of what was under way need not expire in this test.
        store = SqliteStore(tmp_path / "calls.db")
        store._db.execute("UPDATE outbox SET at = 0")
        store.close()
        server.start()
        wait_for(lambda: len(receiver.received) > before)
        assert json.loads(receiver.received[-1].body) == LEG
        assert len({one.headers["idempotency-key"] for one in receiver.received}) == 1


def test_options_that_are_wrong(tmp_path: Path) -> None:
    (tmp_path / "menu.call").write_text(MENU)
    for url in ("nonsense", "https://user:word@x/"):
        code, told = refused_serve(tmp_path, "menu.call", "--allow-unsigned", "--forward-events", url)
        assert code == 2
        assert "E802" in told
        assert "word" not in told
    code, told = refused_serve(tmp_path, "menu.call", "--allow-unsigned", "--secrets", "nowhere")
    assert code == 2
