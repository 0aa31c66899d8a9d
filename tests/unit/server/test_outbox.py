"""What every outbox does: put in once, claimed by one, delivered at least once, given up, listed, retried, dropped."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from nccodsl.runtime.operations import KeptState, Save
from nccodsl.runtime.web_requests import JSON_BODY, Request, SecretName
from nccodsl.server.driver import Driver, now
from nccodsl.server.refusals import BadStore
from nccodsl.server.stores.base import Direct, Store
from nccodsl.server.stores.memory import MemoryStore
from nccodsl.server.stores.outbox import DELIVERED_WITHIN, GIVEN_UP_KEPT, KEYS_KEPT
from nccodsl.server.stores.sqlite_store import FORMAT, SqliteStore
from tests.stores import KINDS, Clock, in_table, store_of
from tests.unit.server.test_sqlite_store import OLDER, at_once, delete, deletes

__all__ = ["at_once"]
DAY = 24 * 3600.0


def request(key: str, **more: Any) -> Request:
    return Request(
        "https://crm.example.com/é?q=1", "POST", (("x-a", (SecretName("token"),)),), "{}", JSON_BODY, key, **more
    )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, clock: Clock, tmp_path: Path) -> Iterator[Store]:
    with store_of(request.param, request, tmp_path, clock) as made:
        yield made


def keys(store: Store) -> list[str]:
    return [one.key for one in store.outbox.list()]


def claimed(store: Store, most: int = 16, lease: float = 30.0) -> list[str]:
    return [one.key for one in store.outbox.claim(most, lease).due]


def test_requests_are_saved_with_the_state(store: Store, clock: Clock) -> None:
    assert store.save("ivr/leg-1", b"1", None, "CON-1", sends=(request("a"), request("b", free_host=True)))
    assert store.load("ivr/leg-1") == KeptState(b"1", 1)
    clock.now += 5
    first, second = store.outbox.list()
    assert (first.key, first.source, first.age, first.left, first.wait) == ("a", "ivr/leg-1", 5, DAY - 5, 0)
    assert (first.attempts, first.problem, first.leased, first.given_up) == (0, "", False, False)
    assert Request.from_json(first.request) == request("a")
    assert Request.from_json(second.request) == request("b", free_host=True)


def test_requests_of_a_state_that_is_not_saved_are_not_sent(store: Store) -> None:
    assert store.save("ivr/leg-1", b"1", None)
    assert not store.save("ivr/leg-1", b"2", None, sends=(request("a"),))
    assert not store.save("ivr/leg-1", b"2", 5, sends=(request("a"),))
    assert keys(store) == []
    assert store.save("ivr/leg-1", b"2", 1, sends=(request("a"),))
    assert keys(store) == ["a"]


def test_a_key_is_put_in_once(store: Store, clock: Clock) -> None:
    assert store.outbox.enqueue(request("a"), "x")
    assert not store.outbox.enqueue(request("a"), "x")
    assert store.save("k", b"1", None, sends=(request("a"), request("a"), request("b")))
    assert keys(store) == ["a", "b"]
    assert claimed(store) == ["a", "b"]
    store.outbox.delivered("a")
    assert keys(store) == ["b"]
    # A webhook that comes again a day later.
    clock.now += KEYS_KEPT - 1
    assert not store.outbox.enqueue(request("a"), "x")
    clock.now += 2
    assert store.outbox.enqueue(request("a"), "y")
    assert [(one.key, one.source, one.attempts) for one in store.outbox.list() if one.key == "a"] == [("a", "y", 0)]


def test_a_damaged_request_keeps_no_other_back(tmp_path: Path, clock: Clock) -> None:
    store = SqliteStore(tmp_path / "s.sqlite3", clock)
    for key in ("a", "b"):
        store.outbox.enqueue(request(key), "ivr/leg-1")
    with closing(sqlite3.connect(store.path)) as db, db:
        db.execute("UPDATE outbox SET request = x'ff' WHERE key = 'a'")
    assert keys(store) == claimed(store) == ["a", "b"]
    store.close()


def test_a_request_without_a_key_is_refused(store: Store) -> None:
    for use in (
        lambda: store.outbox.enqueue(request(""), "x"),
        lambda: store.save("k", b"", None, sends=[request("")]),
    ):
        with pytest.raises(ValueError, match="no key"):
            use()
    assert store.load("k") is None


def test_one_process_claims_a_request(store: Store, clock: Clock) -> None:
    for key in "abc":
        store.outbox.enqueue(request(key), "x")
        clock.now += 1
    found = store.outbox.claim(2, 30.0)
    assert [one.key for one in found.due] == ["a", "b"]
    assert [one.attempts for one in found.due] == [1, 1]
    assert found.wait == 0.0
    assert claimed(store) == ["c"]
    assert store.outbox.claim(5, 30.0) == ((), 30.0)
    assert [one.leased for one in store.outbox.list()] == [True] * 3
    # The process was killed.
    clock.now += 30.0
    again = store.outbox.claim(5, 30.0)
    assert [(one.key, one.attempts) for one in again.due] == [("a", 2), ("b", 2), ("c", 2)]
    # It comes back to life, and is too late: its word about the failure does not count.
    store.outbox.postpone("a", 1, 0.0, "late")
    store.outbox.give_up("b", 1, "late")
    assert [one.problem for one in store.outbox.list()] == ["", "", ""]
    assert claimed(store) == []
    # But what it has delivered is delivered.
    store.outbox.delivered("a")
    store.outbox.postpone("a", 2, 0.0, "x")
    assert keys(store) == ["b", "c"]


def test_hosts_may_be_left_out(store: Store, clock: Clock) -> None:
    for key, host in {"a": "one", "b": "two", "c": "one", "d": "Three"}.items():
        store.outbox.enqueue(request(key)._replace(url=f"https://{host}.example.com:8443/x"), "x")
        clock.now += 1
    assert [one.host for one in store.outbox.list()] == [
        f"{host}.example.com" for host in ("one", "two", "one", "three")
    ]
    hosts = ("one.example.com", "three.example.com")
    found = store.outbox.claim(5, 30.0, hosts)
    assert [one.key for one in found.due] == ["b"]
    assert found.wait == 30.0, "what is left out is waited for by nobody"
    assert store.outbox.claim(5, 30.0, (*hosts, "two.example.com")) == ((), None)
    assert claimed(store) == ["a", "c", "d"]


def test_many_claim_at_once(store: Store) -> None:
    for number in range(60):
        store.outbox.enqueue(request(str(number)), "x")
    found: list[str] = []

    def claim() -> None:
        while part := claimed(store, 4):
            found.extend(part)

    threads = [threading.Thread(target=claim) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found, key=int) == [str(number) for number in range(60)]


def test_a_request_is_tried_again_later(store: Store, clock: Clock) -> None:
    store.outbox.enqueue(request("a"), "x")
    assert claimed(store) == ["a"]
    store.outbox.postpone("a", 1, 4.0, "status 503")
    (one,) = store.outbox.list()
    assert (one.wait, one.problem, one.attempts, one.leased) == (4.0, "status 503", 1, False)
    assert store.outbox.claim(5, 30.0) == ((), 4.0)
    clock.now += 4.0
    assert claimed(store) == ["a"]
    store.outbox.delivered("a")
    assert store.outbox.claim(5, 30.0) == ((), None)


def test_what_is_given_up_is_kept_for_a_while(store: Store, clock: Clock) -> None:
    store.outbox.enqueue(request("a"), "x")
    assert claimed(store) == ["a"]
    store.outbox.give_up("a", 1, "status 404")
    (one,) = store.outbox.list()
    assert (one.given_up, one.problem, one.leased) == (True, "status 404", False)
    clock.now += 3 * DAY
    assert store.outbox.claim(5, 30.0) == ((), None)
    assert not store.outbox.enqueue(request("a"), "x")
    clock.now += GIVEN_UP_KEPT
    assert keys(store) == []
    assert store.outbox.enqueue(request("a"), "x")


def test_retrying(store: Store, clock: Clock) -> None:
    for key in "abc":
        store.outbox.enqueue(request(key), "x")
    assert claimed(store) == ["a", "b", "c"]
    store.outbox.give_up("a", 1, "status 404")
    store.outbox.postpone("b", 1, 600.0, "status 503")
    clock.now += 2 * DAY
    assert sorted(claimed(store)) == ["b", "c"]
    store.outbox.postpone("b", 2, 600.0, "status 503")
    assert store.outbox.retry(["a", "b", "c", "unknown"]) == ["a", "b", "c"]
    # What is under way is left alone.
    assert claimed(store) == ["a", "b"]
    assert {one.key: (one.attempts, one.left) for one in store.outbox.list()} == {
        "a": (1, DELIVERED_WITHIN),
        "b": (1, DELIVERED_WITHIN),
        "c": (2, DELIVERED_WITHIN),
    }
    store.outbox.postpone("a", 1, 600.0, "x")
    assert store.outbox.retry() == ["a", "b", "c"]
    assert claimed(store) == ["a"]


def test_dropping(store: Store) -> None:
    for key in "abcd":
        store.outbox.enqueue(request(key), "x")
    assert claimed(store, 1) == ["a"]
    assert store.outbox.drop(["a", "c", "unknown"]) == ["a", "c"]
    store.outbox.postpone("a", 1, 0.0, "x")
    assert keys(store) == ["b", "d"]
    # It was dropped, and not forgotten.
    assert not store.outbox.enqueue(request("c"), "x")
    assert store.outbox.drop() == ["b", "d"]
    assert store.outbox.drop() == []
    assert store.outbox.claim(5, 30.0) == ((), None)


def test_as_an_asynchronous_outbox(store: Store) -> None:
    async def use() -> None:
        direct = Direct(store)
        assert await direct.save("k", b"1", None, sends=(request("a"),))
        assert await direct.outbox.enqueue(request("b"), "x")
        due = (await direct.outbox.claim(5, 30.0)).due
        assert [one.key for one in due] == ["a", "b"]
        await direct.outbox.delivered("a")
        await direct.outbox.postpone("b", 1, 5.0, "x")
        await direct.outbox.give_up("b", 1, "x")
        assert [one.given_up for one in await direct.outbox.list()] == [True]
        assert await direct.outbox.retry(["b"]) == ["b"]
        assert await direct.outbox.drop() == ["b"]

    asyncio.run(use())


def test_keys_that_are_done_go_with_time(store: Store, clock: Clock) -> None:
    for number in range(50):
        store.outbox.enqueue(request(str(number)), "x")
        assert claimed(store) == [str(number)]
        store.outbox.delivered(str(number))
        clock.now += KEYS_KEPT / 10
    if not isinstance(store, MemoryStore):
        kept = in_table(store, "SELECT count(*), sum(length(request)) FROM {}outbox")
        assert 0 < kept[0] <= 12
        assert kept[1] == 0, "nothing of a request that was delivered is kept"
    else:
        assert len(store.outbox._done) <= 12
        assert len(store.outbox._queue) < 50


# ---- stores of others


class Older:
    """A store as somebody wrote it for an older version."""

    def __init__(self) -> None:
        self._store = MemoryStore()

    def __getattr__(self, name: str) -> Any:
        if name == "outbox":
            raise AttributeError(name)
        return getattr(self._store, name)

    def save(self, key: str, data: bytes, revision: int | None, conversation: str = "", *, ended: bool = False) -> bool:
        return self._store.save(key, data, revision, conversation, ended=ended)


class OlderKind(MemoryStore):
    def save(  # type: ignore[override]
        self, key: str, data: bytes, revision: int | None, conversation: str = "", *, ended: bool = False
    ) -> bool:
        return super().save(key, data, revision, conversation, ended=ended)


class AsyncOlder:
    async def load(self, key: str) -> None:
        return None

    async def save(
        self, key: str, data: bytes, revision: object, conversation: str = "", *, ended: bool = False
    ) -> bool:
        return True


@pytest.mark.parametrize("kind", [Older, OlderKind, AsyncOlder])
def test_a_store_without_an_outbox_is_a_problem_where_something_is_sent(kind: Any) -> None:
    store = kind() if kind is AsyncOlder else Direct(kind())
    driver = Driver(store, None, None)  # type: ignore[arg-type]
    assert now(driver._save("ivr/", Save("leg-1", b"1", None)))
    with pytest.raises(BadStore, match=kind.__name__) as caught:
        now(driver._save("ivr/", Save("leg-1", b"2", 1, sends=(request("a"),))))
    assert caught.value.code == "E803"
    assert caught.value.help


# ---- the file


def test_all_or_nothing_is_written(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.sqlite3")
    store.save("k", b"1", None)
    store._db.execute("CREATE TRIGGER t BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")
    with pytest.raises(BadStore):
        store.save("k", b"2", 1, sends=(request("a"),))
    assert store.load("k") == KeptState(b"1", 1)
    assert store.save("k", b"2", 1)
    store.close()


def test_processes_share_an_outbox(tmp_path: Path) -> None:
    one, two = SqliteStore(tmp_path / "s.sqlite3"), SqliteStore(tmp_path / "s.sqlite3")
    one.save("k", b"1", None, sends=(request("a"), request("b")))
    assert claimed(two, 1) == ["a"]
    assert claimed(one) == ["b"]
    two.outbox.delivered("a")
    assert keys(one) == ["b"]
    one.close()
    three = SqliteStore(tmp_path / "s.sqlite3")
    assert keys(three) == ["b"]
    two.close()
    three.close()


OLDER_2 = (
    *(statement.replace("calls", "states") for statement in OLDER[:-1]),
    "CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL)",
    "INSERT INTO secrets VALUES ('tags', x'3131')",
    "PRAGMA user_version = 2",
)


@pytest.mark.parametrize("statements", [OLDER, OLDER_2], ids=["format 1", "format 2"])
def test_a_file_of_an_older_version_gets_an_outbox(tmp_path: Path, statements: tuple[str, ...]) -> None:
    running = sqlite3.connect(tmp_path / "s.sqlite3", isolation_level=None)
    running.execute("PRAGMA journal_mode = WAL").fetchall()
    for statement in statements:
        running.execute(statement)
    store = SqliteStore(tmp_path / "s.sqlite3")
    assert store.load("ivr/leg-1") == KeptState(b"1", 3)
    assert (store.find("ivr/CON-1"), store.texts("v")) == ("ivr/leg-1", (("a.call", "x"),))
    assert store.secret() == b"11" or len(store.secret()) == 32
    assert (store.secret() == b"11") == (statements is OLDER_2)
    assert store.save("ivr/leg-1", b"2", 3, sends=(request("a"),))
    assert keys(store) == ["a"]
    # A server of that version which still runs is kept out, and one that starts refuses the format.
    with pytest.raises(sqlite3.OperationalError):
        running.execute(f"SELECT data FROM {'states' if statements is OLDER_2 else 'calls'}").fetchall()
    assert running.execute("PRAGMA user_version").fetchone()[0] == FORMAT == 4
    running.close()
    store.close()
    again = SqliteStore(tmp_path / "s.sqlite3")
    assert keys(again) == ["a"]
    again.close()


@deletes
def test_an_outbox_whose_file_is_deleted(tmp_path: Path, at_once: None) -> None:
    path = tmp_path / "s.sqlite3"
    store = SqliteStore(path)
    store.save("k", b"1", None, sends=[request(key) for key in "abc"])
    assert claimed(store, 1) == ["a"]
    store.outbox.delivered("a")
    assert claimed(store, 1) == ["b"]
    store.outbox.give_up("b", 1, "status 404")
    delete(path, "-wal", "-shm")
    assert [(one.key, one.given_up) for one in store.outbox.list()] == [("b", True), ("c", False)]
    assert not store.outbox.enqueue(request("a"), "x"), "what was delivered is known"
    other = SqliteStore(path)
    assert claimed(other) == ["c"]
    other.close()
    store.close()


@deletes
def test_what_was_delivered_in_the_old_file_is_delivered(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite3"
    one, two = SqliteStore(path), SqliteStore(path)
    one.save("k", b"1", None, sends=(request("a"),))
    delete(path, "-wal", "-shm")
    two._look_at = float("inf")
    assert claimed(two) == ["a"]
    one._look_at = 0.0
    assert keys(one) == ["a"]
    two.outbox.delivered("a")
    two._look_at = 0.0
    two.tend()
    assert keys(one) == []
    one.close()
    two.close()
