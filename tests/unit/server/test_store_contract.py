"""What every store does: compare-and-set, conversations, expiry, versions."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from nccodsl.runtime.operations import KeptState
from nccodsl.server.refusals import BadStore
from nccodsl.server.stores.base import AFTER_END, AFTER_LAST, VERSIONS, Direct, Store
from nccodsl.server.stores.memory import MemoryStore
from nccodsl.server.stores.open_store import open_store
from nccodsl.server.stores.sqlite_store import SqliteStore
from tests.stores import KINDS, Clock, store_of


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, clock: Clock, tmp_path: Path) -> Iterator[Store]:
    with store_of(request.param, request, tmp_path, clock) as made:
        yield made


def test_a_state_is_kept_if_nobody_was_quicker(store: Store) -> None:
    assert store.load("a") is None
    assert store.save("a", b"1", None)
    assert store.load("a") == KeptState(b"1", 1)
    assert not store.save("a", b"x", None)
    assert store.save("a", b"2", 1)
    assert not store.save("a", b"x", 1)
    assert not store.save("b", b"x", 1)
    assert store.load("a") == KeptState(b"2", 2)
    assert store.load("b") is None


def test_of_many_who_save_at_once_one_does(store: Store) -> None:
    store.save("a", b"0", None)
    start = threading.Barrier(8)
    done: list[bool] = []

    def save(number: int) -> None:
        start.wait()
        done.append(store.save("a", str(number).encode(), 1))

    threads = [threading.Thread(target=save, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False] * 7 + [True]


def test_a_conversation_has_the_state_that_was_saved_last(store: Store, clock: Clock) -> None:
    store.save("a", b"", None, "CON-1")
    clock.now += 1
    store.save("b", b"", None, "CON-1")
    store.save("c", b"", None)
    assert store.find("CON-1") == "b"
    clock.now += 1
    store.save("a", b"", 1, "CON-1")
    assert store.find("CON-1") == "a"
    assert store.find("CON-2") is None
    assert store.find("") is None


def test_a_conversation_may_become_known_later(store: Store) -> None:
    store.save("a", b"", None)
    store.save("a", b"", 1, "CON-1")
    store.save("a", b"", 2, "CON-1")
    assert store.find("CON-1") == "a"


@pytest.mark.parametrize(("ended", "lasts"), [(True, AFTER_END), (False, AFTER_LAST)])
def test_states_expire(store: Store, clock: Clock, ended: bool, lasts: float) -> None:
    store.save("a", b"1", None, "CON-1")
    clock.now += 5
    store.save("a", b"2", 1, "CON-1", ended=ended)
    clock.now += lasts - 1
    assert store.load("a") == KeptState(b"2", 2)
    clock.now += 2
    assert store.load("a") is None
    assert store.find("CON-1") is None
    assert not store.save("a", b"3", 2)
    assert store.save("a", b"3", None)
    assert store.load("a") == KeptState(b"3", 1)


def test_a_call_that_goes_on_after_its_end_is_running_again(store: Store, clock: Clock) -> None:
    store.save("a", b"1", None, ended=True)
    store.save("a", b"2", 1)
    clock.now += AFTER_END + 1
    assert store.load("a") == KeptState(b"2", 2)


def test_texts_of_versions(store: Store, clock: Clock) -> None:
    texts = (("ivr.call", 'include "b.call"\n'), ("b.call", "# Grüße \U0001f600\n"))
    assert store.texts("v1") is None
    store.keep("v1", texts)
    assert store.texts("v1") == texts
    clock.now += VERSIONS - 1
    store.keep("v2", texts[:1])
    store.keep("v1", texts)
    clock.now += VERSIONS - 1
    assert store.texts("v1") == texts
    clock.now += 2
    assert store.texts("v1") is None


def test_as_an_asynchronous_store(store: Store) -> None:
    async def use() -> None:
        direct = Direct(store)
        assert await direct.save("a", b"1", None, "CON-1")
        assert await direct.load("a") == KeptState(b"1", 1)
        assert await direct.find("CON-1") == "a"
        await direct.keep("v", (("a.call", ""),))
        assert await direct.texts("v") == (("a.call", ""),)
        await direct.close()

    asyncio.run(use())


@pytest.mark.parametrize(
    "where",
    [
        *("", "memory", "memory:x", "memory:?durable=1", "sqlite:", "sqlite", "redis://x", "calls.db", "sqlite:\0"),
        *(
            "sqlite:?durable=1",
            "sqlite:x?durable",
            "sqlite:x?durable=yes",
            "sqlite:x?durable=1&sync=full",
            "sqlite:x?y=1",
        ),
    ],
)
def test_what_is_no_store(where: str) -> None:
    with pytest.raises(BadStore) as caught:
        open_store(where)
    assert caught.value.code == "E803"
    assert caught.value.help


def test_stores_by_name(tmp_path: Path) -> None:
    assert isinstance(open_store("memory:"), MemoryStore)
    store = open_store(f"sqlite:{tmp_path}/a b/ü.sqlite3")
    assert isinstance(store, SqliteStore)
    store.close()


def test_a_store_has_a_secret_of_its_own(store: Store) -> None:
    assert len(store.secret()) == 32
    assert store.secret() == store.secret() != MemoryStore().secret()
    assert asyncio.run(Direct(store).secret()) == store.secret()
