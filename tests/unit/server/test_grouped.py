"""States that wait to be saved at the same time share a transaction, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from nccodsl.runtime.operations import KeptState
from nccodsl.runtime.web_requests import Request
from nccodsl.server.asgi import asynchronous
from nccodsl.server.refusals import BadStore
from nccodsl.server.stores.base import AsyncStore
from nccodsl.server.stores.grouped import Grouped
from nccodsl.server.stores.sqlite_store import SqliteStore


class Group:
    """A store with what it did to its file, and another process's view of that."""

    def __init__(self, path: Path) -> None:
        self.file = SqliteStore(path)
        self.other = SqliteStore(path)
        self.store: AsyncStore = asynchronous(self.file)
        self.done: list[str] = []
        self.file._db.set_trace_callback(self.done.append)

    def count(self, word: str) -> int:
        return sum(statement.startswith(word) for statement in self.done)


@pytest.fixture
def group(tmp_path: Path) -> Iterator[Group]:
    made = Group(tmp_path / "s.sqlite3")
    yield made
    made.file.close()
    made.other.close()


def saved(group: Group, *savings: tuple[str, bytes, int | None]) -> list[bool | BaseException]:
    """What becomes of saves that wait at once; each looks, when it returns, whether another process sees it."""

    async def save(key: str, data: bytes, revision: int | None) -> bool:
        done = await group.store.save(key, data, revision, f"of-{key}" if key.isascii() else "")
        assert not done or group.other.load(key) == KeptState(data, (revision or 0) + 1)
        return done

    async def run() -> list[bool | BaseException]:
        return await asyncio.gather(*(save(*one) for one in savings), return_exceptions=True)

    return asyncio.run(run())


def test_one_transaction_for_all(group: Group) -> None:
    assert isinstance(group.store, Grouped)
    assert saved(group, *((f"leg-{n}", b"1", None) for n in range(20))) == [True] * 20
    assert (group.count("BEGIN"), group.count("COMMIT"), group.count("INSERT")) == (1, 1, 20)
    # One alone needs none.
    group.done.clear()
    assert saved(group, ("leg-1", b"2", 1)) == [True]
    assert (group.count("BEGIN"), group.count("UPDATE")) == (0, 1)


def test_each_is_compared_with_what_is_there(group: Group) -> None:
    group.other.save("a", b"1", None)
    group.other.save("b", b"1", None)
    results = saved(group, ("a", b"2", 1), ("b", b"x", 7), ("c", b"1", None), ("c", b"x", None))
    assert results == [True, False, True, False]
    assert [group.other.load(key) for key in "abc"] == [KeptState(b"2", 2), KeptState(b"1", 1), KeptState(b"1", 1)]


def test_one_that_fails_leaves_the_others(group: Group) -> None:
    results = saved(group, ("a", b"1", None), ("\udcff", b"1", None), ("c", b"1", None))
    assert (results[0], results[2]) == (True, True)
    assert isinstance(results[1], BadStore)
    assert (group.count("COMMIT"), group.count("ROLLBACK")) == (0, 1)
    # Nothing of what was rolled back is taken for saved.
    assert saved(group, ("a", b"2", 1), ("c", b"2", 1)) == [True, True]
    assert [group.other.find(f"of-{key}") for key in "ac"] == ["a", "c"]


def test_where_the_file_cannot_be_written_all_are_told_at_once(group: Group) -> None:
    group.file._db.execute("PRAGMA busy_timeout = 1")
    group.other._db.execute("BEGIN IMMEDIATE")
    results = saved(group, ("a", b"1", None), ("b", b"1", None))
    group.other._db.execute("ROLLBACK")
    assert [type(result) for result in results] == [BadStore, BadStore]
    assert results[0] is not results[1]
    assert group.count("INSERT") == 0
    assert saved(group, ("a", b"1", None), ("b", b"1", None)) == [True, True]


def test_a_task_that_is_canceled(group: Group) -> None:
    async def run() -> bool:
        first = asyncio.ensure_future(group.store.save("a", b"1", None))
        second = asyncio.ensure_future(group.store.save("b", b"1", None))
        await asyncio.sleep(0)
        first.cancel()
        return await second

    assert asyncio.run(run())
    assert group.other.load("b") == KeptState(b"1", 1)


def test_requests_and_numbers_go_along(group: Group) -> None:
    async def run() -> list[bool]:
        store = group.store
        sends = (Request("https://example.com/x", key="k-1"),)
        return await asyncio.gather(
            store.save("a", b"1", None, sends=sends, opt_outs=(("14155550101", "asked"),)),
            store.save("b", b"1", 3, sends=(sends[0]._replace(key="k-2"),)),
        )

    assert asyncio.run(run()) == [True, False]
    assert [one.key for one in group.other.outbox.list()] == ["k-1"]
    assert group.other.suppressions.has("14155550101")
    with pytest.raises(ValueError, match="has no key"):
        asyncio.run(group.store.save("c", b"1", None, sends=(Request("https://example.com/x"),)))


def test_a_loop_that_ends_holds_up_no_other(group: Group) -> None:
    loop = asyncio.new_event_loop()
    left = loop.create_task(group.store.save("a", b"1", None))  # type: ignore[arg-type]
    loop.call_soon(loop.stop)
    loop.run_forever()
    assert saved(group, ("b", b"1", None)) == [True]
    left.cancel()
    loop.run_until_complete(asyncio.gather(left, return_exceptions=True))
    loop.close()


def test_loops_of_several_threads(group: Group) -> None:
    async def save(thread: int) -> None:
        for number in range(20):
            names = [f"{thread}-{number}-{n}" for n in range(5)]
            assert await asyncio.gather(*(group.store.save(name, b"1", None) for name in names)) == [True] * 5

    with ThreadPoolExecutor(4) as pool:
        assert [*pool.map(lambda thread: asyncio.run(save(thread)), range(4))] == [None] * 4
    assert all(group.other.load(f"{thread}-19-4") for thread in range(4))
