"""Numbers that opted out: put in with the state of a call, and looked at by others."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

import nccodsl
from nccodsl.runtime.operations import KeptState
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.state import State
from nccodsl.runtime.walk import Walk
from nccodsl.server.refusals import BadStore
from nccodsl.server.stores.base import Direct, Store
from nccodsl.server.stores.memory import MemoryStore
from nccodsl.server.stores.sqlite_store import FORMAT, SqliteStore
from nccodsl.server.stores.sqlite_suppressions import SqliteSuppressions
from nccodsl.server.sync import Served
from tests.stores import KINDS, Clock, store_of
from tests.unit.server.handle_drive import LEG, URL, Caller

PLACED = "call { to phone 14155550100 from phone 14155550101 }\n"
OUT = ("14155550101", "pressed 9")


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with store_of(request.param, request, tmp_path, Clock()) as made:
        yield made


def listed(store: Store) -> list[tuple[str, str, str]]:
    return [(one.number, one.reason, one.source) for one in store.suppressions.list()]


def test_a_number_is_suppressed_with_the_state_or_not_at_all(store: Store) -> None:
    assert store.save("ivr/a", b"1", None, opt_outs=(OUT,))
    assert not store.save("ivr/b", b"1", 7, opt_outs=(("14155550102", ""),))
    assert listed(store) == [("14155550101", "pressed 9", "ivr/a")]
    assert store.suppressions.has("14155550101")
    assert not store.suppressions.has("14155550102")
    assert store.load("ivr/a") == KeptState(b"1", 1)


def test_what_was_said_first_stays(store: Store) -> None:
    assert store.suppressions.add("14155550101", "by mail")
    assert not store.suppressions.add("14155550101", "again")
    assert store.save("ivr/a", b"1", None, opt_outs=(OUT, OUT, ("sip:\ud800@example.com", "odd \ud800 \0")))
    assert next((number, reason) for number, reason, _ in listed(store)) == ("14155550101", "by mail")
    assert len(listed(store)) == 2


def test_removing(store: Store) -> None:
    for number in ("1", "2", "3"):
        store.suppressions.add(number)
    assert store.suppressions.remove(["2", "9"]) == ["2"]
    assert [number for number, _, _ in listed(store)] == ["1", "3"]


def test_through_a_network(store: Store) -> None:
    async def work() -> None:
        direct = Direct(store)
        assert await direct.save("ivr/a", b"1", None, opt_outs=(OUT,))
        assert await direct.suppressions.has(OUT[0])
        assert not await direct.suppressions.add(OUT[0])
        assert [one.number for one in await direct.suppressions.list()] == [OUT[0]]
        assert await direct.suppressions.remove([OUT[0]]) == [OUT[0]]

    asyncio.run(work())


def test_a_failure_leaves_neither_state_nor_number(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite3"
    store = SqliteStore(path)
    other = sqlite3.connect(path)
    other.execute("DROP TABLE suppressions")
    other.close()
    with pytest.raises(BadStore):
        store.save("ivr/a", b"1", None, opt_outs=(OUT,))
    assert store.load("ivr/a") is None
    store.close()


def test_a_file_of_the_version_before_gets_the_list(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite3"
    store = SqliteStore(path)
    store.save("ivr/a", b"1", None)
    secret = store.secret()
    store.close()
    before = sqlite3.connect(path, isolation_level=None)
    before.execute("DROP TABLE suppressions")
    before.execute("PRAGMA user_version = 3")
    before.close()
    store = SqliteStore(path)
    assert store.load("ivr/a") == KeptState(b"1", 1)
    assert store.secret() == secret
    assert store.save("ivr/a", b"2", 1, opt_outs=(OUT,))
    assert listed(store) == [(*OUT, "ivr/a")]
    store.close()
    after = sqlite3.connect(path)
    assert after.execute("PRAGMA user_version").fetchone()[0] == FORMAT == 4
    after.close()


def test_the_list_goes_on_in_a_new_file(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite3"
    store = SqliteStore(path, note=lambda _what, _text: None)
    store.suppressions.add(*OUT)
    for one in tmp_path.iterdir():
        one.unlink()
    store._look_at = 0.0
    assert store.suppressions.has(OUT[0])
    other = SqliteStore(path)
    assert other.suppressions.has(OUT[0])
    other.close()
    store.close()


OPTING = """
step main {
  talk "Press 9 to opt out."
  input dtmf max_digits=1 as answer {
    on "9" { opt_out reason="  pressed {{ answer.digits }}  " talk "Goodbye." hangup }
    otherwise { }
  }
  talk "Stay."
}
"""


def served(text: str, store: Store, **payload: str) -> Served:
    made = Served(nccodsl.load(text), "https://calls.example.com/ivr", store=store)
    made.handle("answer", "", {**LEG, **payload})
    return made


@pytest.mark.parametrize(
    ("payload", "number"),
    [
        ({"direction": "inbound"}, "14155550101"),
        ({"direction": "outbound", "from": "14155550100", "to": "14155550199"}, "14155550199"),
        ({}, "14155550101"),
        ({"from": "+44 20 7946 0000"}, "442079460000"),
        ({"from": "sip:ann@example.com"}, "sip:ann@example.com"),
    ],
)
def test_the_other_party_is_suppressed_before_the_answer(store: Store, payload: dict[str, str], number: str) -> None:
    text = 'step main { opt_out reason="asked" talk "Goodbye." input dtmf { otherwise hangup } }'
    served(text, store, **payload)
    assert listed(store) == [(number, "asked", "ivr/leg-1")]


@pytest.mark.parametrize(("call", "number"), [("", "14155550101"), (PLACED, "14155550100")])
def test_where_nothing_says_which_way_a_call_goes_the_script_does(call: str, number: str) -> None:
    flow = nccodsl.load(f'{call}step main {{ opt_out talk "Goodbye." }}')
    state = State(version="", block="main", caller="14155550101", callee="14155550100")
    assert Walk(Runnable(flow, URL), state).run().opt_outs == [(number, "")]


@pytest.mark.parametrize("caller", ["", "anonymous", "Restricted"])
def test_a_caller_without_a_number_is_not_suppressed_and_this_is_reported(store: Store, caller: str) -> None:
    made = Caller('step main { opt_out talk "Goodbye." }')
    reply = made.send("answer", None, **{**LEG, "from": caller})
    assert (reply.status, reply.code, reply.place) == (200, "E511", "script.call:1")
    assert made.said == ["Goodbye."]


def test_a_repeated_webhook_suppresses_once_and_keeps_the_reason() -> None:
    caller = Caller(OPTING)
    caller.call()
    event = caller.address()
    caller.press("9")
    saves = [one for one in caller.operations if getattr(one, "opt_outs", ())]
    assert [one.opt_outs for one in saves] == [(("14155550101", "pressed 9"),)]  # type: ignore[union-attr]
    caller.send(*event, **LEG, dtmf={"digits": "9"})
    assert caller.said == ["Goodbye."]
    assert "pressed 9" not in caller.state.to_bytes().decode()


def test_behind_what_takes_its_time_it_is_done_when_that_is_over() -> None:
    caller = Caller('step main { wait 5s opt_out reason="late" talk "Goodbye." }')
    caller.call()
    assert [action["action"] for action in caller.ncco] == ["wait", "notify"]
    assert not [one for one in caller.operations if getattr(one, "opt_outs", ())]
    caller.send(*caller.address(-1), **LEG)
    assert [one.opt_outs for one in caller.operations if getattr(one, "opt_outs", ())] == [(("14155550101", "late"),)]  # type: ignore[union-attr]


class Old:
    """A store that was written before numbers could be suppressed."""

    def __init__(self) -> None:
        self._store = MemoryStore()

    def __getattr__(self, name: str) -> object:
        if name in ("suppressions", "outbox"):
            raise AttributeError(name)
        return getattr(self._store, name)

    def save(self, key: str, data: bytes, revision: int | None, conversation: str = "", *, ended: bool = False) -> bool:
        return self._store.save(key, data, revision, conversation, ended=ended)


def test_a_store_of_an_older_version_says_what_it_lacks() -> None:
    direct = Direct(Old())  # type: ignore[arg-type]
    assert asyncio.run(direct.save("a", b"1", None))
    with pytest.raises(BadStore, match="cannot suppress numbers"):
        asyncio.run(direct.save("a", b"2", 1, opt_outs=(OUT,)))


def test_the_list_is_under_the_lock_of_its_store(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.sqlite3")
    assert isinstance(store.suppressions, SqliteSuppressions)
    store.close()
    with pytest.raises(BadStore):
        store.suppressions.list()
