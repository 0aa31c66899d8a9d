"""Servers are killed at every instant between a state and its delivery: each request arrives, with one key each time."""

from __future__ import annotations

import os
import random
import signal
import socket
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from nccodsl.server.stores.sqlite_store import SqliteStore
from tests.e2e.sending_server import DIES, SendingProcess
from tests.e2e.servers import wait_for
from tests.unit.server.handle_drive import LEG

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no such signal")
ROUNDS = int(os.environ.get("NCCODSL_KILLS") or 300) // 15


class Receiver:
    """A server that keeps what has come whole; `behave` says what it does then with the connection."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.bodies: dict[str, list[bytes]] = defaultdict(list)
        self.behave: Callable[[socket.socket], None] = succeed

    @property
    def arrived(self) -> Counter[str]:
        return Counter({key: len(bodies) for key, bodies in list(self.bodies.items())})

    def take(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(5)
            data = b""
            while b"\r\n\r\n" not in data:
                piece = connection.recv(10_000)
                if not piece:
                    return
                data += piece
            head, _, body = data.partition(b"\r\n\r\n")
            headers = dict(line.split(": ", 1) for line in head.decode().lower().split("\r\n")[1:])
            while len(body) < int(headers["content-length"]):
                body += connection.recv(10_000)
            self.bodies[headers["idempotency-key"]].append(body)
            self.behave(connection)


def succeed(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")


def fail(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 502 Bad Gateway\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")


def babble(connection: socket.socket) -> None:
    connection.sendall(b"\x00\xff this is no HTTP\r\n\r\n")


def drop(connection: socket.socket) -> None:
    """The body has come, and then the connection breaks."""


def hang(connection: socket.socket) -> None:
    time.sleep(1.0)


def dawdle(connection: socket.socket) -> None:
    time.sleep(0.2)
    succeed(connection)


BEHAVIORS = (succeed, fail, babble, drop, hang, dawdle)


@contextmanager
def receiving() -> Iterator[Receiver]:
    listener = socket.create_server(("127.0.0.1", 0), backlog=200)
    receiver = Receiver(f"http://127.0.0.1:{listener.getsockname()[1]}")

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=receiver.take, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def call(server: SendingProcess, leg: str) -> bool:
    """A webhook of a new call; whether it was answered."""
    payload = {**LEG, "uuid": leg, "conversation_uuid": f"CON-{leg}"}
    try:
        return httpx.post(f"{server.url}/ivr/answer", json=payload, trust_env=False, timeout=20).status_code == 200
    except httpx.TransportError:
        return False


def left(path: Path) -> list[str]:
    store = SqliteStore(path)
    keys = [one.key for one in store.outbox.list()]
    store.close()
    return keys


@pytest.mark.parametrize("dies", DIES)
def test_a_server_that_is_killed(tmp_path: Path, dies: str) -> None:
    path = tmp_path / "calls.db"
    with receiving() as receiver:
        with SendingProcess(path, receiver.url, dies) as server:
            call(server, "leg-1")
            assert server.wait() == -signal.SIGKILL
        assert receiver.arrived == (Counter({"leg-1-0": 1}) if dies == DIES[2] else Counter())
        assert left(path) == ["leg-1-0"]
        with SendingProcess(path, receiver.url):
            wait_for(lambda: not left(path))
        assert receiver.arrived == {"leg-1-0": 2 if dies == DIES[2] else 1}
        assert set(receiver.bodies["leg-1-0"]) == {b'{"call":"leg-1"}'}


@pytest.mark.parametrize("behave", BEHAVIORS)
def test_receivers_of_every_kind(tmp_path: Path, behave: Callable[[socket.socket], None]) -> None:
    path = tmp_path / "calls.db"
    with receiving() as receiver, SendingProcess(path, receiver.url) as server:
        receiver.behave = behave
        assert call(server, "leg-1")
        wait_for(lambda: receiver.arrived["leg-1-0"] >= (1 if behave in (succeed, dawdle) else 2))
        receiver.behave = succeed
        wait_for(lambda: not left(path))
        assert receiver.arrived.keys() == {"leg-1-0"}
        assert set(receiver.bodies["leg-1-0"]) == {b'{"call":"leg-1"}'}


@pytest.mark.slow
def test_servers_that_are_killed_at_random(tmp_path: Path) -> None:
    """Two servers share a store, and one after the other is killed, while the receiver behaves in every way."""
    path = tmp_path / "calls.db"
    chance = random.Random(20261128)
    answered: list[str] = []
    with receiving() as receiver:
        receiver.behave = lambda connection: chance.choice(BEHAVIORS)(connection)
        for number in range(ROUNDS):
            with SendingProcess(path, receiver.url) as one, SendingProcess(path, receiver.url) as two:
                killed = threading.Timer(chance.uniform(0.0, 0.5), one.kill)
                killed.start()
                for leg in range(12):
                    name = f"leg-{number}-{leg}"
                    if call(chance.choice((one, two)) if leg < 11 else two, name):
                        answered.append(name)
                killed.join()
                time.sleep(chance.uniform(0, 0.2))
                two.kill()
        receiver.behave = succeed
        with SendingProcess(path, receiver.url):
            wait_for(lambda: not left(path), 120)
    assert len(answered) > 3 * ROUNDS
    assert {f"{leg}-0" for leg in answered} <= receiver.arrived.keys()
    assert all(len(set(bodies)) == 1 for bodies in receiver.bodies.values())
    assert all(bodies[0] == f'{{"call":"{key[:-2]}"}}'.encode() for key, bodies in receiver.bodies.items())
