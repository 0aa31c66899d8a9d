"""Servers of WebSockets that behave in every way: each becomes a note and the documented event, and the call goes on."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest

from nccodsl.emulator.emulate import emulate
from nccodsl.emulator.http import open_socket as carrier
from nccodsl.emulator.http.live_clock import LiveClock
from nccodsl.emulator.personas.persona import read_cast
from tests.e2e.servers import wait_for
from tests.e2e.sockets.raw_server import (
    BINARY,
    PING,
    TEXT,
    Behavior,
    accept,
    close_frame,
    frame,
    raw_server,
    read_to_close,
    read_to_end,
    request_of,
)
from tests.e2e.sockets.scene import CAST, LONGER, PATIENT, SHORT, SORRY, Ended, Scene, nothing_lost, scene, websocket

LOUD = struct.pack("<h", 9000) * 320
BROKE = "the connection of the WebSocket broke"
LARGE = "the WebSocket was closed: a message of more than 1,000,000 bytes came"


def _sends(data: bytes) -> Behavior:
    """Takes the socket, sends, and reads until the other side closes."""

    def behave(connection: socket.socket) -> None:
        accept(connection)
        connection.sendall(data)
        read_to_close(connection)

    return behave


def _ends_with(data: bytes) -> Behavior:
    """Takes the socket, sends, and closes the connection."""

    def behave(connection: socket.socket) -> None:
        accept(connection)
        time.sleep(0.1)
        connection.sendall(data)

    return behave


def _closes(data: bytes) -> Behavior:
    """Takes the socket, and closes it as it should be closed."""

    def behave(connection: socket.socket) -> None:
        accept(connection)
        time.sleep(0.1)
        connection.sendall(data)
        read_to_close(connection)

    return behave


def _answers(data: bytes) -> Behavior:
    """Answers the request of the handshake with something else."""

    def behave(connection: socket.socket) -> None:
        request_of(connection)
        connection.sendall(data)

    return behave


def _resets(connection: socket.socket) -> None:
    accept(connection)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _never_reads(connection: socket.socket) -> None:
    accept(connection)
    time.sleep(2.2)
    read_to_end(connection)


def _never_answers(connection: socket.socket) -> None:
    request_of(connection)
    assert read_to_end(connection) == b""


def _dribbles(connection: socket.socket) -> None:
    accept(connection)
    for byte in frame(BINARY, LOUD[:50]) + frame(TEXT, b'{"action": "clear"}'):
        connection.sendall(bytes([byte]))
        time.sleep(0.005)
    read_to_end(connection)


def _sends_at_once(connection: socket.socket) -> None:
    """Audio comes in one segment with the answer to the handshake."""
    accept(connection, frame(BINARY, LOUD) * 10)
    read_to_end(connection)


def _babbles_headers(connection: socket.socket) -> None:
    request_of(connection)
    connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\n" + b"X-Header: " + b"y" * 100_000)


OPENED: dict[str, tuple[Behavior, str, bool]] = {
    "closes": (_closes(close_frame(1000)), "the application has closed the WebSocket", True),
    "closes without a code": (_closes(frame(8, b"")), "the application has closed the WebSocket", True),
    "closes with a reason": (
        _closes(close_frame(4000, "tschüß".encode())),
        "the application has closed the WebSocket: code 4000, tschüß",
        True,
    ),
    "ends": (_ends_with(b""), BROKE, True),
    "breaks in a frame": (_ends_with(frame(BINARY, LOUD)[:100]), BROKE, True),
    "breaks in a head": (_ends_with(frame(BINARY, LOUD)[:1]), BROKE, True),
    "resets": (_resets, BROKE, True),
    "too large": (_sends(frame(BINARY, bytes(1_500_000))), LARGE, True),
    "too large in pieces": (
        _sends(frame(BINARY, bytes(700_000), last=False) + frame(0, bytes(700_000))),
        LARGE,
        True,
    ),
    "claims to be endless": (_sends(b"\x82\x7f" + b"\x7f" + b"\xff" * 7 + LOUD), LARGE, True),
    "masked": (_sends(b"\x82\x81\x00\x00\x00\x00\x00"), "the WebSocket was closed: bad data came", True),
    "unknown kind": (_sends(frame(11, b"x")), "the WebSocket was closed: bad data came", True),
    "half a letter": (_sends(frame(TEXT, b"\xc3")), "the WebSocket was closed: bad data came", True),
    "silent": (_sends(b""), "the application has sent no audio", False),
    "pings": (_sends(frame(PING, b"x") * 1000), "the application has sent no audio", False),
    "text": (_sends(frame(TEXT, b"hello \x1b[2J")), "a text message that is not JSON was ignored: hello", False),
    "large text": (_sends(frame(TEXT, b"[" * 900_000)), "a text message that is not JSON was ignored: [[[", False),
    "deep text": (
        _sends(frame(TEXT, b'{"action": "notify", "payload": {"a": ' + b"[" * 900 + b"]" * 900 + b"}}")),
        "a message nested deeper than 100 levels was ignored",
        False,
    ),
    "echoed text": (
        _sends(frame(TEXT, b'{"event": "websocket:connected"}')),
        "a message without a known action was ignored",
        False,
    ),
    "half of a pair": (
        _sends(frame(TEXT, b'{"action": "notify", "payload": {"\\ud800": "\\udfff"}}')),
        "the application has sent no audio",
        False,
    ),
    "one byte": (_sends(frame(BINARY, b"\x01")), "a message of 1 byte; 20 ms are 640", False),
    "odd": (_sends(frame(BINARY, LOUD[:333]) * 5), "a message of 333 bytes; 20 ms are 640", False),
    "large": (_sends(frame(BINARY, LOUD * 1400)), "a message of 896000 bytes; 20 ms are 640", False),
    "pieces": (_sends(frame(BINARY, LOUD[:20], last=False) + frame(0, LOUD[:30])), "a message of 50 bytes", False),
    "empty": (_sends(frame(BINARY, b"") * 100), "the application has sent no audio", False),
    "dribbles": (_dribbles, "a message of 50 bytes", False),
    "at once": (_sends_at_once, "", False),
    "flood": (_sends(frame(BINARY, LOUD) * 10_000), "the application sends too much", False),
}
"""Each server that takes the socket: what it does, the note that follows, and whether that is its end."""
NOT_OPENED: dict[str, tuple[Behavior, str]] = {
    "404": (_answers(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"), "the server answered 404"),
    "200": (_answers(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"), "the server answered 200"),
    "redirect": (
        _answers(b"HTTP/1.1 302 Found\r\nlocation: ws://192.0.2.1/\r\ncontent-length: 0\r\n\r\n"),
        "the server answered 302",
    ),
    "no answer": (_never_answers, "no answer within 1 s"),
    "closes": (_answers(b""), ""),
    "closes at once": (lambda _connection: None, ""),
    "babbles": (_answers(b"\x00\xff this is no HTTP\r\n\r\n"), ""),
    "wrong proof": (
        _answers(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: AAAA\r\n\r\n"
        ),
        "",
    ),
    "endless head": (_babbles_headers, ""),
}
"""Each server that does not take it: what it does, and why it was not opened."""


def _opened(played: Scene, name: str) -> None:
    behave, note, ends = OPENED[name]
    path = "/" + name.replace(" ", "-")
    with raw_server(behave) as uri:
        call = played.ended(played.connect(websocket(uri), path, PATIENT if ends else SHORT))
        statuses = played.statuses(path, uri)
    assert [one for one in call.notes() if one.startswith(note)] or not note, (name, call.notes())
    # What waits for an answer may overtake the others.
    expected = ["started", "ringing", "answered", "completed"] + ["disconnected"] * ends
    assert sorted(statuses) == sorted(expected), (name, statuses)
    # Where the server has closed, the flow goes on; otherwise the phone has hung up.
    assert ("“What follows.”" in call.heard()) is ends, name


def _not_opened(played: Scene, name: str) -> None:
    behave, reason = NOT_OPENED[name]
    path = "/not-" + name.replace(" ", "-")
    with raw_server(behave) as uri:
        call = played.ended(played.connect(websocket(uri), path, timeout=1))
        _assert_failed(played, call, path, uri, reason)


def _assert_failed(played: Scene, call: Ended, path: str, uri: str, reason: str) -> None:
    assert f"the WebSocket was not opened: {reason}" in "\n".join(call.notes()), (path, call.notes())
    assert played.statuses(path, uri) == ["started", "ringing", "failed", "completed"], path
    (failed,) = [one.json for one in played.told.at(path) if one.json.get("status") == "failed"]
    assert failed["detail"] == "cannot_route"
    assert "“What follows.”" in call.heard()


def _nothing_listens(played: Scene) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        uri = f"ws://127.0.0.1:{unused.getsockname()[1]}/"
        call = played.ended(played.connect(websocket(uri), "/unused"))
        _assert_failed(played, call, "/unused", uri, "no server answers at this address")


def _babbles_tls(played: Scene) -> None:
    with raw_server(lambda connection: connection.sendall(b"SSH-2.0-OpenSSH\r\n" * 10)) as uri:
        secure = uri.replace("ws:", "wss:")
        call = played.ended(played.connect(websocket(secure), "/tls"))
        _assert_failed(played, call, "/tls", secure, "")


def _takes_over(played: Scene) -> None:
    """The answer to `disconnected` takes the place of what follows."""
    played.answers["/takeover"] = [{"action": "talk", "text": "Taken over."}]
    with raw_server(_closes(close_frame(1000))) as uri:
        headers = {"customer": "c1"}
        call = played.ended(played.connect(websocket(uri, headers=headers), "/takeover", PATIENT))
    (event,) = [one.json for one in played.told.at("/takeover") if one.json.get("status") == "disconnected"]
    assert event["headers"] == headers
    assert "direction" not in event
    assert call.heard()[-1] == "“Taken over.”"
    assert "“What follows.”" not in call.heard()


def _direct(played: Scene) -> None:
    """A call to an application itself."""
    room = [{"action": "conversation", "name": "alone"}]
    with raw_server(_closes(close_frame(1000))) as uri:
        call = played.ended(played.place(websocket(uri), room, "/direct"))
        assert call.shown["outcome"] == "completed"
        statuses = played.statuses("/direct", uri)
        assert statuses == ["started", "ringing", "answered", "disconnected", "completed"]
    with raw_server(NOT_OPENED["404"][0]) as uri:
        call = played.ended(played.place(websocket(uri), room, "/direct-failed"))
        assert call.shown["outcome"] == "failed"
        assert played.statuses("/direct-failed", uri) == ["started", "ringing", "failed", "completed"]


def _without_an_emulator(_played: Scene) -> None:
    """In calls that are played through at once, until a socket is opened."""
    expected = {
        "closes": ("the application has closed the WebSocket", "completed"),
        "404": ("the WebSocket was not opened: the server answered 404", "failed"),
        "no answer": ("the WebSocket was not opened: no answer within 1 s", "failed"),
    }
    behaviors = {"closes": OPENED["closes"][0]} | {name: NOT_OPENED[name][0] for name in ("404", "no answer")}
    for name, (note, outcome) in expected.items():
        with raw_server(behaviors[name]) as uri, closing(LiveClock()) as live:
            ncco = [{"action": "connect", "timeout": 1, "endpoint": [websocket(uri)]}, SORRY]
            sender = {"type": "phone", "number": "14155550100"}
            body = {"to": [{"type": "phone", "number": PATIENT}], "from": sender, "ncco": ncco}
            call = emulate(body, read_cast(CAST), live=live)
        assert [leg.outcome for leg in call.legs] == ["completed", outcome]
        assert any(entry.text.startswith(note) for entry in call.timeline.of("note"))
        assert "“What follows.”" in [entry.text for entry in call.timeline.of("hears")]


def _hung_up_meanwhile(played: Scene) -> None:
    with raw_server(_never_answers) as uri:
        uuid = played.connect(websocket(uri), "/hangup")
        child = played.child(uuid)
        _steer(played, child, {"action": "hangup"})
        call = played.ended(uuid)
        assert played.statuses("/hangup", uri) == ["started", "ringing", "cancelled", "completed"]
        assert "“What follows.”" in call.heard()


def _transferred_meanwhile(played: Scene) -> None:
    with raw_server(_never_answers) as uri:
        uuid = played.connect(websocket(uri), "/transfer")
        played.child(uuid)
        ncco = [{"action": "talk", "text": "Elsewhere."}]
        _steer(played, uuid, {"action": "transfer", "destination": {"type": "ncco", "ncco": ncco}})
        call = played.ended(uuid)
        assert played.statuses("/transfer", uri) == ["started", "ringing", "cancelled", "completed"]
        assert call.heard()[-1] == "“Elsewhere.”"


def _steer(played: Scene, uuid: str, body: dict[str, Any]) -> None:
    """Steer a leg as soon as the platform lets it be steered."""
    wait_for(lambda: played.client.put(f"/v1/calls/{uuid}", json=body).status_code == 204)


OTHERS: tuple[Callable[[Scene], None], ...] = (
    _nothing_listens,
    _babbles_tls,
    _takes_over,
    _direct,
    _hung_up_meanwhile,
    _transferred_meanwhile,
    _without_an_emulator,
)


@pytest.mark.slow
def test_servers_that_behave_in_every_way(caplog: pytest.LogCaptureFixture) -> None:
    """All at once on one emulator, since each of them takes its time."""
    with nothing_lost(caplog), scene() as played:
        with ThreadPoolExecutor(60) as pool:
            running = [pool.submit(_opened, played, name) for name in OPENED]
            running += [pool.submit(_not_opened, played, name) for name in NOT_OPENED]
            running += [pool.submit(one, played) for one in OTHERS]
        failed = [error for one in running if (error := one.exception()) is not None]
        assert not failed, str(ExceptionGroup("servers", failed)) + "\n".join(map(str, failed))
        _time_flies(played)


def _time_flies(played: Scene) -> None:
    """No socket is left open: two minutes of talk take no time."""
    began = time.monotonic()
    call = played.ended(played.place({"type": "phone", "number": SHORT}, [{"action": "talk", "text": "word " * 300}]))
    assert call.shown["seconds"] > 60
    assert time.monotonic() - began < 10


@pytest.mark.slow
def test_a_server_that_does_not_read(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrier, "_MOST_WAITING", 20)
    with nothing_lost(caplog), scene() as played:
        # 40,000 bytes each 20 ms soon fill what the machine keeps for a socket.
        with raw_server(_never_reads, buffer=4096) as uri:
            call = played.ended(played.connect(websocket(uri, rate=999_999), phone=LONGER))
        assert any("the application reads too slowly" in note for note in call.notes())
        assert "disconnected" not in played.statuses("/event", uri)
        _time_flies(played)


@pytest.mark.slow
@pytest.mark.parametrize("behave", [_never_reads, _never_answers, _sends(b"")])
def test_an_emulator_that_ends_closes_its_sockets(behave: Behavior, caplog: pytest.LogCaptureFixture) -> None:
    with nothing_lost(caplog), raw_server(behave, buffer=4096) as uri:
        with scene() as played:
            uuid = played.connect(websocket(uri, rate=480_000), phone=PATIENT)
            child = played.emulator.network.legs[played.child(uuid)]
            if behave is not _never_answers:
                wait_for(lambda: child.answered_at is not None)
                time.sleep(0.5)
            began = time.monotonic()
        assert time.monotonic() - began < 5
