"""`nccodsl outbox`: what it shows of requests that wait, and what it does about them."""

from __future__ import annotations

import json
import shlex
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from nccodsl.cli.examples import EXAMPLES
from nccodsl.runtime.web_requests import JSON_BODY, Request, SecretName
from nccodsl.server.stores.open_store import open_store
from nccodsl.server.stores.sqlite_store import SqliteStore
from tests.e2e.in_process import run_here

REQUEST = Request(
    "https://user:word@crm.example.com/tickets?private=query",
    "POST",
    (("authorization", ("Bearer private-text ", SecretName("crm_token"))), ("x-team", ("private-team",))),
    '{"caller":"private\u202ebody"}',
    JSON_BODY,
    "key-1",
)


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a store with two requests. Commands run in `tmp_path`."""
    where = f"sqlite:{tmp_path / 'calls.db'}" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    with closing(open_store(where)) as made:
        made.save(
            "ivr/leg-1", b"1", None, sends=(REQUEST, REQUEST._replace(key="key-2", method="GET", headers=(), body=None))
        )
        made.outbox.claim(1, 30.0)
        made.outbox.postpone("key-1", 1, 75.0, "the server answered with status 503")
    return str(where)


def outbox(folder: Path, *words: str, code: int = 0) -> str:
    done = run_here(folder, {"NCCODSL_STATE": str(folder / "state")}, "outbox", *words)
    assert done.returncode == code, done.stderr
    return done.stdout if code == 0 else done.stderr


def listed(folder: Path, store: str, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(outbox(folder, "list", "--store", store, *words, "--format", "json"))
    return found


def test_what_is_listed(tmp_path: Path, store: str) -> None:
    text = outbox(tmp_path, "list", "--store", store)
    assert text.splitlines() == [
        "key-1     0 s  POST   https://crm.example.com/tickets",
        "    ivr/leg-1: 1 attempt, next in 1 min; the server answered with status 503",
        "    headers: authorization (secret crm_token), x-team",
        "key-2     0 s  GET    https://crm.example.com/tickets",
        "    ivr/leg-1: 0 attempts, due now",
    ]
    bodies = outbox(tmp_path, "list", "--store", store, "--bodies")
    assert "    body: {" in bodies
    assert "\u202e" not in bodies, "a terminal would obey it"
    for words in ((), ("--json",)):
        assert "private" not in outbox(tmp_path, "list", "--store", store, *words)


def test_the_list_as_json(tmp_path: Path, store: str) -> None:
    first, second = listed(tmp_path, store)
    assert 0 <= first.pop("age") < 60
    assert 60 < first.pop("next") <= 75
    assert first == {
        "key": "key-1",
        "source": "ivr/leg-1",
        "method": "POST",
        "url": "https://crm.example.com/tickets",
        "headers": {"authorization": ["crm_token"], "x-team": []},
        "attempts": 1,
        "problem": "the server answered with status 503",
        "leased": False,
        "given_up": False,
    }
    assert (second["key"], second["next"], "body" in second) == ("key-2", 0, False)
    assert listed(tmp_path, store, "--bodies")[0]["body"] == REQUEST.body


def test_what_was_given_up_and_what_is_under_way(tmp_path: Path, store: str) -> None:
    with closing(open_store(store)) as made:
        made.outbox.retry()
        made.outbox.claim(2, 30.0)
        made.outbox.give_up("key-1", 1, "the server answered with status 404")
    text = outbox(tmp_path, "list", "--store", store)
    assert "1 attempt, given up; the server answered with status 404" in text
    assert "1 attempt, being delivered" in text
    assert [(one["given_up"], one["next"] is None, one["leased"]) for one in listed(tmp_path, store)] == [
        (True, True, False),
        (False, False, True),
    ]


def test_retrying_and_dropping(tmp_path: Path, store: str) -> None:
    assert outbox(tmp_path, "retry", "key-1", "--store", store) == "1 request will be tried again.\n"
    assert [(one["key"], one["next"]) for one in listed(tmp_path, store)] == [("key-1", 0), ("key-2", 0)]
    assert json.loads(outbox(tmp_path, "drop", "key-2", "--store", store, "--json")) == {"keys": ["key-2"]}
    assert [one["key"] for one in listed(tmp_path, store)] == ["key-1"]
    assert outbox(tmp_path, "drop", "--all", "--store", store) == "1 request dropped.\n"
    assert outbox(tmp_path, "retry", "--all", "--store", store) == "0 requests will be tried again.\n"
    assert outbox(tmp_path, "list", "--store", store) == "The outbox is empty.\n"


def test_what_cannot_be_done(tmp_path: Path, store: str) -> None:
    for order in ("retry", "drop"):
        told = outbox(tmp_path, order, "key-1", "key-9", "--store", store, code=2)
        assert "E817" in told
        assert "`key-9`" in told
        assert "either keys or --all" in outbox(tmp_path, order, "--store", store, code=2)
        assert "either keys or --all" in outbox(tmp_path, order, "key-1", "--all", code=2)
    # Nothing was done about the other one.
    assert [one["attempts"] for one in listed(tmp_path, store)] == [1, 0]
    for where in ("sqlite:no.db", "memory:", "calls.db", "sqlite:"):
        assert "E803" in outbox(tmp_path, "list", "--store", where, code=2)
    assert not (tmp_path / "no.db").exists()


def test_the_usual_store(tmp_path: Path) -> None:
    assert outbox(tmp_path, "list") == "The outbox is empty.\n"
    assert outbox(tmp_path, "drop", "--all") == "0 requests dropped.\n"
    assert "E817" in outbox(tmp_path, "retry", "key-1", code=2)
    assert not (tmp_path / "state").exists()
    made = SqliteStore(tmp_path / "state" / "flows.sqlite3")
    made.outbox.enqueue(REQUEST, "ivr/leg-1")
    made.close()
    assert "key-1" in outbox(tmp_path, "list")


@pytest.mark.parametrize(
    "example", [one for name, lines in EXAMPLES.items() if name.startswith("outbox") for one in lines]
)
def test_an_example_runs(tmp_path: Path, example: str) -> None:
    for path in (tmp_path / "calls.db", tmp_path / "state" / "flows.sqlite3"):
        made = SqliteStore(path)
        made.outbox.enqueue(REQUEST._replace(key="KEY"), "ivr/leg-1")
        made.close()
    assert outbox(tmp_path, *shlex.split(example)[2:])
