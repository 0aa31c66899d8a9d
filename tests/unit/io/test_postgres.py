"""PostgreSQL databases: what their URLs say, versions of tables, what errors say, and connections that come and go."""

from __future__ import annotations

import asyncio
import signal
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from nccodsl.io.postgres import (
    TROUBLE,
    Connection,
    PostgresTables,
    address_of,
    bring_up_to_date,
    connected,
    reason_of,
    storable,
    version_of,
)
from nccodsl.io.postgres_connections import MOST, AsyncConnection, PostgresConnections
from nccodsl.io.postgres_urls import is_postgres_url
from nccodsl.io.sqlite import NewerVersion
from tests.postgres import PostgresServer


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://", "postgresql://"),
        ("postgres://db.example.com/calls", "postgresql://db.example.com/calls"),
        ("postgresql://ann:secret@db.example.com:5433/calls", "postgresql://ann@db.example.com:5433/calls"),
        ("postgresql://ann:s%40%2Fcret@db/calls?sslmode=require", "postgresql://ann@db/calls"),
        ("postgresql://ann:sec?cret@db/calls", "postgresql://ann@db/calls"),
        ("postgresql://db/calls?password=secret&user=ann", "postgresql://ann@db/calls"),
        ("postgresql://ann:secret@one:1,two:2/calls", "postgresql://ann@one:1,two:2/calls"),
        ("postgresql://ann@one,two/calls?port=5", "postgresql://ann@one:5,two:5/calls"),
        ("postgresql:///calls?host=/run/postgresql", "postgresql:///run/postgresql/calls"),
    ],
)
def test_what_is_shown_of_a_url(url: str, shown: str) -> None:
    assert is_postgres_url(url)
    address = address_of(url)
    assert address.shown == shown
    assert "cret" not in f"{address!r} {address.limit}"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ann:sec@ret@db/calls",
        "postgresql://ann:sec/ret@db:1/calls",
        "postgresql://ann:%secret@db/calls",
        "postgresql://ann@db:secret/calls",
        "postgresql://db/calls?secret",
        "postgresql://db/calls?secret=1",
        "postgresql://ann:secret\0@db/calls",
        "postgresql://ann:secret\ud800@db/calls",
        "postgresql://[secret/calls",
    ],
)
def test_a_url_that_is_not_valid_is_not_shown(url: str) -> None:
    with pytest.raises(ValueError) as caught:
        address_of(url)
    assert "ret" not in str(caught.value)


def test_what_the_url_says_comes_first(postgres_url: str) -> None:
    address = address_of(postgres_url + "&application_name=mine&connect_timeout=7", statement=1.5)
    assert address.parameters["connect_timeout"] == "7"
    with closing(connected(address)) as db:
        assert db.execute("SHOW application_name").fetchone() == ("mine",)
        assert db.execute("SHOW statement_timeout").fetchone() == ("1500ms",)


def test_of_several_hosts_the_one_that_answers(postgres: str) -> None:
    place = address_of(postgres).parameters
    url = f"postgresql://{place['user']}@127.0.0.1:1,{place['host']}:{place['port']}/{place['dbname']}"
    with closing(connected(address_of(url + "?target_session_attrs=read-write"))) as db:
        assert db.execute("SELECT 1").fetchone() == (1,)


def test_reasons(postgres: str) -> None:
    def reason(url: str, statement: str = "") -> str:
        with pytest.raises(TROUBLE) as caught, closing(connected(address_of(url, statement=0.05))) as db:
            db.execute(statement)
        return reason_of(caught.value)

    assert reason("postgresql://ann:secret@127.0.0.1:1/calls") == "Connection refused"
    assert reason("postgresql://ann:secret@127.0.0.1:1,127.0.0.1:2/calls") == "Connection refused"
    assert "db.invalid" in reason("postgresql://ann:secret@db.invalid/calls")
    assert reason("postgresql://127.0.0.1:99999/calls").startswith("connection is bad: invalid port")
    assert reason(postgres, "SELECT pg_sleep(5)") == "canceling statement due to statement timeout"
    assert reason(postgres, "SELECT 1 FROM nowhere") == 'relation "nowhere" does not exist'
    assert reason_of(TimeoutError()) == "the database does not answer"
    assert reason_of(OSError(2, "No such file")) == "No such file"
    assert reason_of(psycopg.Error()) == "Error"


def test_what_it_cannot_keep() -> None:
    assert storable("Grüße \U0001f600") == "Grüße \U0001f600"
    assert storable("a\0b\ud800") == "a\ufffdb?"


# ---- versions of tables


def tables(version: int, made: list[int]) -> PostgresTables:
    def bring_up(db: Connection, found: int) -> None:
        made.append(found)
        if not found:
            db.execute("CREATE TABLE things (name text)")
        db.execute(f"ALTER TABLE things ADD COLUMN c{version} integer")

    return PostgresTables("things", version, bring_up)


def test_older_tables_are_brought_up_to_date_and_newer_ones_refused(postgres_url: str) -> None:
    made: list[int] = []
    with closing(connected(address_of(postgres_url))) as db:
        assert version_of(db, "things") == 0
        for version in (1, 1, 3):
            bring_up_to_date(db, tables(version, made))
        assert made == [0, 1]
        assert version_of(db, "things") == 3
        assert version_of(db, "others") == 0
        with pytest.raises(NewerVersion):
            bring_up_to_date(db, tables(2, made))
        assert db.execute("SHOW statement_timeout").fetchone() == ("2s",)
        db.execute("SELECT c1, c3 FROM things")


def test_many_processes_make_them_once(postgres_url: str) -> None:
    made: list[int] = []
    start = threading.Barrier(6)
    wrong: list[Exception] = []

    def begin() -> None:
        with closing(connected(address_of(postgres_url))) as db:
            start.wait()
            try:
                bring_up_to_date(db, tables(1, made))
            except Exception as error:
                wrong.append(error)

    threads = [threading.Thread(target=begin) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert made == [0]


def test_what_fails_leaves_nothing(postgres_url: str) -> None:
    def bring_up(db: Connection, _found: int) -> None:
        db.execute("CREATE TABLE things (name text)")
        db.execute("CREATE TABLE things (name text)")

    with closing(connected(address_of(postgres_url))) as db:
        with pytest.raises(TROUBLE):
            bring_up_to_date(db, PostgresTables("things", 1, bring_up))
        assert version_of(db, "things") == 0
        assert db.execute("SELECT to_regclass('things')").fetchone() == (None,)


# ---- connections of a loop


class Worded(Exception):
    """What an error is made into."""


def connections(url: str) -> PostgresConnections:
    return PostgresConnections(address_of(url), lambda error: Worded(reason_of(error)))


async def backend(db: AsyncConnection) -> int:
    row = await (await db.execute("SELECT pg_backend_pid()")).fetchone()
    assert row is not None
    return int(row[0])


def test_connections_are_used_again_and_are_few(postgres_url: str) -> None:
    async def slow(db: AsyncConnection) -> int:
        await db.execute("SELECT pg_sleep(0.01)")
        return await backend(db)

    async def use() -> None:
        pool = connections(postgres_url)
        assert await pool.run(backend) == await pool.run(backend)
        assert len(set(await asyncio.gather(*(pool.run(slow) for _ in range(4 * MOST))))) == MOST
        await pool.close()

    asyncio.run(use())


def test_a_connection_that_the_server_has_ended_is_not_used(postgres: str, postgres_url: str) -> None:
    async def use() -> None:
        pool = connections(postgres_url)
        before = await pool.run(backend)
        with psycopg.connect(postgres, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (before,))
        assert await pool.run(backend) != before
        await pool.close()

    asyncio.run(use())


def test_a_connection_on_which_something_failed_is_not_used_again(postgres_url: str) -> None:
    async def use() -> None:
        pool = connections(postgres_url)
        before = await pool.run(backend)
        with pytest.raises(Worded, match="division by zero"):
            await pool.rows("SELECT 1 / 0")
        assert await pool.run(backend) != before
        await pool.close()

    asyncio.run(use())


def test_who_is_canceled_leaves_no_connection_behind(postgres: str, postgres_url: str) -> None:
    async def use() -> None:
        pool = connections(postgres_url + "&application_name=canceled")
        tasks = [asyncio.create_task(pool.rows("SELECT pg_sleep(1.9)")) for _ in range(3 * MOST)]
        await asyncio.sleep(0.1)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert await pool.rows("SELECT 1") == [(1,)]
        await pool.close()

    def left() -> Any:
        with psycopg.connect(postgres) as db:
            row = db.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'canceled'").fetchone()
            return row[0] if row else None

    asyncio.run(use())
    for _ in range(100):
        if not left():
            return
        threading.Event().wait(0.05)
    assert left() == 0


def test_each_loop_has_its_own(postgres_url: str) -> None:
    """As in applications of others, whose loops end without a word. A connection that is left open is a warning."""
    pool = connections(postgres_url)
    pids = {asyncio.run(pool.run(backend)) for _ in range(3)}
    assert len(pids) == 3

    async def last() -> None:
        assert await pool.run(backend) not in pids
        await pool.close()

    asyncio.run(last())
    assert not pool._loops


def test_a_database_that_goes_away_and_comes_back(own_postgres: PostgresServer) -> None:
    async def use() -> None:
        pool = connections(own_postgres.url)
        for number in (signal.SIGINT, signal.SIGQUIT):
            assert await pool.rows("SELECT 1") == [(1,)]
            await asyncio.to_thread(own_postgres.stop, number)
            with pytest.raises(Worded, match="Connection refused"):
                await pool.rows("SELECT 1")
            await asyncio.to_thread(own_postgres.start)
            assert await pool.rows("SELECT 1") == [(1,)]
        await pool.close()

    asyncio.run(use())


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="the test looks for processes there")
def test_a_database_that_does_not_answer(own_postgres: PostgresServer) -> None:
    """Its processes are stopped: connections stay open, and nothing comes through them."""

    async def use() -> None:
        pool = connections(own_postgres.url)
        await asyncio.gather(*(pool.rows("SELECT pg_sleep(0.05)") for _ in range(MOST)))
        own_postgres.signal_all(signal.SIGSTOP)
        wrong = await asyncio.gather(*(pool.rows("SELECT 1") for _ in range(3 * MOST)), return_exceptions=True)
        assert {type(one) for one in wrong} == {Worded}
        own_postgres.signal_all(signal.SIGCONT)
        assert await _soon(pool) == [(1,)]
        # And one that stays away while the server of webhooks ends.
        own_postgres.signal_all(signal.SIGSTOP)
        with pytest.raises(Worded):
            await pool.rows("SELECT 1")
        await pool.close()

    async def _soon(pool: PostgresConnections) -> object:
        for _ in range(10):
            try:
                return await pool.rows("SELECT 1")
            except Worded:
                continue
        return None

    asyncio.run(use())
    own_postgres.signal_all(signal.SIGCONT)
