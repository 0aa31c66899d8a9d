"""Servers are killed at every instant between a state and its delivery: each request arrives, with one key each time."""

from __future__ import annotations

import os
import random
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from nccodsl.server.stores.open_store import open_store
from tests.e2e.receiver import BEHAVIORS, dawdle, receiving, succeed
from tests.e2e.sending_server import DIES, SendingProcess
from tests.e2e.servers import wait_for
from tests.unit.server.handle_drive import LEG

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no such signal"),
]
ROUNDS = int(os.environ.get("NCCODSL_KILLS") or 150) // 15


def call(server: SendingProcess, leg: str) -> bool:
    """A webhook of a new call; whether it was answered."""
    payload = {**LEG, "uuid": leg, "conversation_uuid": f"CON-{leg}"}
    try:
        return httpx.post(f"{server.url}/ivr/answer", json=payload, trust_env=False, timeout=20).status_code == 200
    except httpx.TransportError:
        return False


def left(where: str) -> list[str]:
    with closing(open_store(where)) as store:
        return [one.key for one in store.outbox.list()]


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a store."""
    if request.param == "sqlite":
        return f"sqlite:{tmp_path / 'calls.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.mark.parametrize("dies", DIES)
def test_a_server_that_is_killed(store: str, dies: str) -> None:
    with receiving() as receiver:
        with SendingProcess(store, receiver.url, dies) as server:
            call(server, "leg-1")
            assert server.wait() == -signal.SIGKILL
        # Where the machine is busy, an attempt may time out, and the next one succeed.
        before = receiver.arrived["leg-1-0"]
        assert (before > 0) == (dies == DIES[2])
        assert left(store) == ["leg-1-0"]
        with SendingProcess(store, receiver.url):
            wait_for(lambda: not left(store))
        assert receiver.arrived.keys() == {"leg-1-0"}
        assert receiver.arrived["leg-1-0"] > before
        assert set(receiver.bodies["leg-1-0"]) == {b'{"call":"leg-1"}'}


@pytest.mark.parametrize("behave", BEHAVIORS)
def test_receivers_of_every_kind(store: str, behave: Callable[[socket.socket], None]) -> None:
    with receiving() as receiver, SendingProcess(store, receiver.url) as server:
        receiver.behave = behave
        assert call(server, "leg-1")
        wait_for(lambda: receiver.arrived["leg-1-0"] >= (1 if behave in (succeed, dawdle) else 2))
        receiver.behave = succeed
        wait_for(lambda: not left(store))
        assert receiver.arrived.keys() == {"leg-1-0"}
        assert set(receiver.bodies["leg-1-0"]) == {b'{"call":"leg-1"}'}


def test_servers_that_are_killed_at_random(store: str) -> None:
    """Two servers share a store, and one after the other is killed, while the receiver behaves in every way."""
    chance = random.Random(20261128)
    answered: list[str] = []
    with receiving() as receiver:
        receiver.behave = lambda connection: chance.choice(BEHAVIORS)(connection)
        for number in range(ROUNDS):
            with SendingProcess(store, receiver.url) as one, SendingProcess(store, receiver.url) as two:
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
        with SendingProcess(store, receiver.url):
            wait_for(lambda: not left(store), 120)
    assert len(answered) > 3 * ROUNDS
    assert {f"{leg}-0" for leg in answered} <= receiver.arrived.keys()
    assert all(len(set(bodies)) == 1 for bodies in receiver.bodies.values())
    assert all(bodies[0] == f'{{"call":"{key[:-2]}"}}'.encode() for key, bodies in receiver.bodies.items())
