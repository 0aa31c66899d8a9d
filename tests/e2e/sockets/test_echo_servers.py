"""Servers in other libraries take the socket as it is, and what they send back comes out bit for bit."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import jwt
import pytest

from nccodsl.emulator.core.mail import OutgoingWebhook, WebhookReply
from nccodsl.emulator.core.timeline import TimelineEntry
from nccodsl.emulator.emulate import emulate
from nccodsl.emulator.http import open_socket as carrier
from nccodsl.emulator.http.live_clock import LiveClock
from nccodsl.emulator.http.sender import Secret
from nccodsl.emulator.http.tapes import FileClip
from nccodsl.emulator.personas.persona import read_cast
from tests.e2e.node_packages import install
from tests.e2e.sockets.echo_servers import Echo, aiohttp_echo, node_echo, websockets_echo
from tests.e2e.sockets.scene import Scene, nothing_lost, scene, websocket

SECRET = "a secret that is long enough for HS256"
SENDER = {"type": "phone", "number": "14155550100"}
CUSTOM = "Basic YWdlbnQ6c2VjcmV0"
SAID = "It comes back."
DOES = [{"when": "joined", "say": SAID}, {"when": "joined", "press": "5#"}]
TALKS = {"answers": "0s", "stays": "1800ms", "does": DOES}


def _assert_echoed(echo: Echo, entries: list[TimelineEntry], rate: int, headers: dict[str, Any]) -> None:
    """What the server has heard, and what was heard of it."""
    size = rate // 50 * 2
    form = f"audio/l16;rate={rate}"
    assert echo.texts[0] == {"event": "websocket:connected", "content-type": form, **headers}
    keys = [text["digit"] for text in echo.texts if text["event"] == "websocket:dtmf"]
    assert keys == ["5", "#"]
    assert {len(frame) for frame in echo.frames} == {size}
    assert 1.7 < len(echo.frames) * 0.02 < 2
    spoken = [frame for frame in echo.frames if any(frame)]
    assert len(spoken) * 0.02 > 1
    clip = next(clip for entry in entries if isinstance(clip := entry.audible, FileClip))
    tape = clip.tape.read(0, 10**9)
    assert clip.read() in tape
    # Where this machine was late, there is a pause, and at the end some frames are still on their way. Nothing else is
    # added, and nothing is missing.
    played = [frame for frame in _frames(tape, size) if any(frame)]
    assert len(played) > len(spoken) / 2
    assert played == spoken[: len(played)]


def _frames(pcm: bytes, size: int) -> list[bytes]:
    assert len(pcm) % size == 0
    return [pcm[at : at + size] for at in range(0, len(pcm), size)]


def _on_the_emulator(played: Scene, server: AbstractContextManager[Echo], rate: int, **more: Any) -> Echo:
    headers = {"customer": "c1", "count": 2}
    with server as echo:
        uuid = played.connect(websocket(echo.uri, rate, headers=headers, **more), f"/{rate}")
        call = played.ended(uuid)
    assert not [note for note in call.notes() if "slowly" in note]
    _assert_echoed(echo, call.entries, rate, headers)
    return echo


def _at_once(server: AbstractContextManager[Echo]) -> Echo:
    """The same in a call that is played through at once, until its socket is opened; meanwhile it stands still."""

    def stall(hook: OutgoingWebhook) -> WebhookReply:
        if hook.payload.get("status") == "answered" and hook.leg.parent is not None:
            time.sleep(0.2)
        return WebhookReply()

    live = LiveClock()
    with server as echo:
        ncco = [{"action": "connect", "endpoint": [websocket(echo.uri)]}]
        to = [{"type": "phone", "number": "14155550101"}]
        body = {"to": to, "from": SENDER, "ncco": ncco, "event_url": ["https://example.com/"]}
        try:
            call = emulate(body, read_cast(TALKS), stall, live=live)
        finally:
            live.close()
    assert call.outcome == "completed"
    assert 2 < call.seconds < 10
    # It was not the server that was slow.
    assert not [entry for entry in call.timeline.of("note") if "slowly" in entry.text]
    _assert_echoed(echo, call.timeline.entries, 16_000, {})
    return echo


def _is_signed(token: str | None) -> bool:
    assert token is not None
    kind, _, signed = token.partition(" ")
    claims = jwt.decode(signed, SECRET, algorithms=["HS256"])
    return kind == "Bearer" and claims["iss"] == "Vonage" and claims["application_id"] == "app"


def test_servers_of_python(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """At once, since each call takes its time."""
    monkeypatch.setattr(carrier, "_MOST_WAITING", 5)
    secret = Secret(SECRET, application_id="app")
    with nothing_lost(caplog), scene(cast=TALKS, secret=secret) as played, ThreadPoolExecutor() as pool:
        vonage, custom = {"type": "vonage"}, {"type": "custom", "value": CUSTOM}
        first = pool.submit(_on_the_emulator, played, aiohttp_echo(), 16_000, authorization=vonage)
        second = pool.submit(_on_the_emulator, played, websockets_echo(), 24_000, authorization=custom)
        third = pool.submit(_on_the_emulator, played, websockets_echo(), 8000)
        fourth = pool.submit(_at_once, websockets_echo())
        (token,) = first.result().authorization
        assert _is_signed(token)
        assert second.result().authorization == [CUSTOM]
        assert third.result().authorization == [None]
        assert fourth.result().authorization == [None]


@pytest.mark.slow
def test_a_server_of_node(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    node: Callable[[], AbstractContextManager[Echo]] = lambda: node_echo(install(tmp_path))  # noqa: E731
    with nothing_lost(caplog), scene(cast=TALKS) as played:
        headers = {"customer": "c1"}
        with node() as echo:
            uuid = played.connect(websocket(echo.uri, headers=headers, authorization={"type": "vonage"}))
            call = played.ended(uuid)
        _assert_echoed(echo, call.entries, 16_000, headers)
        assert echo.authorization[0].startswith("Bearer ")
        # It sends back text too, which is not what the platform expects.
        assert [note for note in call.notes() if "without a known action" in note]
