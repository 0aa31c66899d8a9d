"""A server on a port, in this thread or in one of its own."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import httpx
import pytest

from nccodsl.io.connections import ConnectionGuard, Limits
from nccodsl.io.listen import CannotListen
from nccodsl.io.uvicorn_host import UvicornHost

Message = MutableMapping[str, Any]


async def hello(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hello"})


async def unable(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    await receive()
    await send({"type": "lifespan.startup.failed", "message": ""})


def get(host: UvicornHost) -> httpx.Response:
    return httpx.get(host.url, trust_env=False)


def names() -> set[str]:
    return {thread.name for thread in threading.enumerate()}


def refused(host: UvicornHost) -> bool:
    try:
        socket.create_connection(("127.0.0.1", host.port), timeout=5).close()
    except ConnectionRefusedError:
        return True
    return False


@pytest.mark.parametrize("dated", [True, False])
def test_it_serves_in_a_thread_until_it_is_stopped(dated: bool) -> None:
    host = UvicornHost("127.0.0.1", 0, date_header=dated)
    assert host.start(hello, "a thread of this test")
    assert "a thread of this test" in names()
    answer = get(host)
    assert answer.content == b"hello"
    assert ("date" in answer.headers, "server" in answer.headers) == (dated, False)
    host.stop()
    host.join()
    assert "a thread of this test" not in names()
    assert refused(host)


def test_a_patient_one_serves_until_its_application_ends_it() -> None:
    host = UvicornHost("127.0.0.1", 0, patient=True)
    assert host.start(hello, "patient")
    host.stop()
    assert host.stopping
    time.sleep(0.2)
    assert get(host).content == b"hello"
    host.end()
    host.join()
    assert refused(host)


def test_an_application_that_does_not_start() -> None:
    host = UvicornHost("127.0.0.1", 0)
    assert not host.start(unable, "unable")
    assert refused(host)
    with pytest.raises(SystemExit):
        UvicornHost("127.0.0.1", 0).run(unable)


def test_a_port_that_is_taken() -> None:
    host = UvicornHost("127.0.0.1", 0)
    with pytest.raises(CannotListen):
        UvicornHost("127.0.0.1", host.port)
    host.close()
    assert refused(host)


def test_connections_are_held_to_their_limits() -> None:
    host = UvicornHost("127.0.0.1", 0, limits=Limits(head=0.2))
    assert host.start(hello, "limited")
    with socket.create_connection(("127.0.0.1", host.port), timeout=30) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\n")
        ended = _ends(slow)
    host.stop()
    host.join()
    assert ended


def _ends(connection: socket.socket) -> bool:
    """Whether the other side ends it, with or without a reset."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


class Connection:
    """What a guard knows of a connection."""

    def __init__(self, answers: bool) -> None:
        self.loop = self.transport = self
        self.until = 0.0
        self.answers = answers
        self.ended = False

    def abort(self) -> None:
        self.ended = True

    def call_later(self, *_: object) -> object:
        return self


@pytest.mark.parametrize(
    ("answers", "heard", "ended"),
    [
        ([False, False, False], [], [0]),
        ([False, False, False], [0], [1]),
        ([True, False, False], [], [1]),
        ([True, True, False], [], [2]),
    ],
)
def test_the_one_that_was_waited_for_the_longest_makes_room(
    answers: list[bool], heard: list[int], ended: list[int]
) -> None:
    guard = ConnectionGuard(Limits(connections=2))
    connections: list[Any] = [Connection(one) for one in answers]
    for one in connections[:2]:
        guard.admit(one)
    for number in heard:
        guard.heard_of(connections[number])
    guard.admit(connections[2])
    assert [number for number, one in enumerate(connections) if one.ended] == ended
