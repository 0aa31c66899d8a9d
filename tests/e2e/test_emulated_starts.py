"""The emulator's limit for creates and connects, what it notes of them, and a list of calls that lags."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx
import pytest

from nccodsl.emulator.core.starts import StartLimit
from tests.e2e.emulated_api import ANY, FOR_EVER, body, emulator
from tests.e2e.servers import Hooks, hooks, wait_for

CONNECT = [{"action": "connect", "endpoint": [{"type": "phone", "number": "14155550199"}]}]


@pytest.fixture
def told() -> Iterator[Hooks]:
    with hooks() as server:
        yield server


def test_a_second_that_rolls_by() -> None:
    now = [0.0]
    limit = StartLimit(2, lambda: now[0])
    taken = []
    for now[0] in (0.0, 0.5, 0.75, 1.0, 1.25, 1.5):
        taken.append(limit.takes("create"))
    assert taken == [True, True, False, True, False, True]
    assert [(start.at, start.accepted) for start in limit.seen][2:4] == [(0.75, False), (1.0, True)]


def test_without_a_limit_starts_are_noted_too() -> None:
    limit = StartLimit(None, lambda: 1.0)
    assert all(limit.takes("connect") for _ in range(100))
    assert len(limit.seen) == 100


def test_creates_and_connects_have_one_limit() -> None:
    before = time.monotonic()
    with emulator(creations=2) as server, httpx.Client(base_url=server.url, headers=ANY) as client:
        assert client.post("/v1/calls", json=body(CONNECT)).status_code == 201
        wait_for(lambda: len(client.get("/emulator/starts").json()["starts"]) == 2)
        assert client.post("/v1/calls", json=body()).status_code == 429
        told = client.get("/emulator/starts").json()
    assert told["limit"] == 2
    assert [(one["kind"], one["accepted"]) for one in told["starts"]] == [
        ("create", True),
        ("connect", True),
        ("create", False),
    ]
    times = [one["at"] for one in told["starts"]]
    assert before <= times[0] <= times[1] <= times[2] <= time.monotonic()


def test_a_connect_above_the_limit_is_an_error_event_and_the_call_goes_on(told: Hooks) -> None:
    ncco = [*CONNECT, {"action": "talk", "text": "Nobody is there"}]
    with emulator(creations=1) as server, httpx.Client(base_url=server.url, headers=ANY) as client:
        uuid = client.post("/v1/calls", json=body(ncco, event_url=[told.url])).json()["uuid"]
        told.wait_for(lambda: "completed" in told.statuses())
        assert client.get("/v1/calls").json()["count"] == 1, "nothing was dialed"
        lines = client.get(f"/emulator/calls/{uuid}").json()["timeline"]
    errors = [one.json["reason"] for one in told.received if "reason" in one.json]
    assert errors == ["connect not dialed: the limit of 1 per second is reached"]
    assert any("Nobody is there" in str(line) for line in lines)


def test_the_list_lags_and_the_call_does_not() -> None:
    with emulator(list_lag=20.0) as server, httpx.Client(base_url=server.url, headers=ANY) as client:
        uuid = client.post("/v1/calls", json=body(FOR_EVER)).json()["uuid"]
        assert client.get("/v1/calls").json()["count"] == 0
        assert client.get(f"/v1/calls/{uuid}").status_code == 200
        wait_for(lambda: client.get("/v1/calls").json()["count"] == 1)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_what_started_can_only_be_read(method: str) -> None:
    with emulator() as server:
        assert httpx.request(method, server.url + "/emulator/starts").status_code == 405
