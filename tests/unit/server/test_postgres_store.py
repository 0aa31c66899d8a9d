"""The store in PostgreSQL: who may share it, what it refuses, and what is left where it fails."""

from __future__ import annotations

import asyncio
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest

import nccodsl
from nccodsl.io.postgres import address_of, connected
from nccodsl.runtime.operations import KeptState
from nccodsl.runtime.web_requests import Request
from nccodsl.server.asgi import asynchronous
from nccodsl.server.refusals import BadStore
from nccodsl.server.stores.base import AFTER_END
from nccodsl.server.stores.blocking_store import BlockingStore
from nccodsl.server.stores.open_store import open_store
from nccodsl.server.stores.postgres_store import STORE_VERSION, PostgresStore
from nccodsl.server.sync import Served
from tests.postgres import PostgresServer
from tests.stores import Clock, in_table, store_of
from tests.unit.server.handle_drive import LEG

SENT = Request("https://crm.example.com/", "POST", (), "{}", "application/json", "key-1")


def test_a_server_takes_the_store_itself(postgres_url: str) -> None:
    store = open_store(postgres_url)
    assert isinstance(store, BlockingStore)
    assert asynchronous(store) is store.store
    store.close()


def test_all_who_share_it_have_one_secret(postgres_url: str) -> None:
    secrets = {asyncio.run(PostgresStore(postgres_url).secret()) for _ in range(3)}
    assert [len(one) for one in secrets] == [32]


def test_no_save_of_many_processes_is_lost(postgres_url: str) -> None:
    """Each adds one to a number as the handler of webhooks does: it loads, and saves with the revision that it saw."""

    async def add(store: PostgresStore) -> None:
        while True:
            kept = await store.load("k")
            assert kept is not None
            if await store.save("k", str(int(kept.data) + 1).encode(), kept.revision):
                return

    async def use() -> None:
        stores = [PostgresStore(postgres_url) for _ in range(2)]
        assert await stores[0].save("k", b"0", None)
        await asyncio.gather(*(add(store) for store in stores for _ in range(20)))
        assert await stores[1].load("k") == KeptState(b"40", 41)
        for store in stores:
            await store.close()

    asyncio.run(use())


def test_what_has_expired_goes_with_time(request: pytest.FixtureRequest, postgres_url: str) -> None:
    clock = Clock()
    with store_of("postgres", request, Path(), clock) as store:
        for number in range(300):
            assert store.save(f"ivr/old-{number}", b"x", None, ended=True)
        clock.now += AFTER_END + 1
        for number in range(192):
            assert store.save(f"ivr/new-{number}", b"x", None)
        assert in_table(store, "SELECT count(*) FROM {}call_states")[0] == 192
        assert store.load("ivr/new-0") == KeptState(b"x", 1)


def test_a_failure_leaves_nothing_of_a_save(postgres_url: str) -> None:
    store = open_store(postgres_url)
    with closing(connected(address_of(postgres_url))) as db:
        db.execute("DROP TABLE nccodsl_suppressions")
    with pytest.raises(BadStore, match='relation "nccodsl_suppressions" does not exist'):
        store.save("ivr/a", b"1", None, sends=(SENT,), opt_outs=(("14155550101", ""),))
    assert store.load("ivr/a") is None
    assert store.outbox.list() == []
    store.close()


# ---- what is refused


def refused(url: str, *, create: bool = True) -> BadStore:
    with pytest.raises(BadStore) as caught:
        open_store(url, create=create)
    assert caught.value.code == "E803"
    assert caught.value.help
    assert "secret" not in f"{caught.value} {caught.value.help}"
    return caught.value


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://ann:sec@ret@db/calls", "the URL of the PostgreSQL database is not valid"),
        ("postgresql://ann:secret@127.0.0.1:1/calls", "postgresql://ann@127.0.0.1:1/calls: Connection refused"),
        ("mysql://ann:secret@db/calls", "`mysql:…` is not a store"),
        ("postgresq://ann:secret@db/calls", "`postgresq:…` is not a store"),
    ],
)
def test_what_is_no_database(url: str, said: str) -> None:
    assert said in str(refused(url))


def test_a_database_that_is_not_there(postgres: str) -> None:
    url = postgres.replace("/postgres", "/nowhere", 1) if postgres.endswith("/postgres") else postgres + "nowhere"
    assert "does not exist" in str(refused(url))


def test_without_the_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    error = refused("postgresql://ann:secret@db/calls")
    assert str(error) == "PostgreSQL needs the package psycopg"
    assert error.help == "run `pip install 'nccodsl[postgres]'`"


def test_a_store_that_is_not_there_may_not_be_made(postgres_url: str) -> None:
    assert "there is no store in postgresql://" in str(refused(postgres_url, create=False))
    open_store(postgres_url).close()
    open_store(postgres_url, create=False).close()


def test_tables_of_a_newer_version_are_refused(postgres_url: str) -> None:
    open_store(postgres_url).close()
    with closing(connected(address_of(postgres_url))) as db:
        db.execute("UPDATE nccodsl_tables SET version = %s", (STORE_VERSION + 1,))
    assert "made by a newer version of nccodsl" in str(refused(postgres_url))


def test_a_user_who_may_not_make_tables(postgres: str, postgres_url: str) -> None:
    """It can use those that another user has made."""
    with psycopg.connect(postgres_url, autocommit=True) as db:
        db.execute("CREATE ROLE small LOGIN")
        (schema,) = db.execute("SELECT current_schema()").fetchone() or ("",)
        try:
            db.execute(f"GRANT USAGE ON SCHEMA {schema} TO small")
            small = postgres_url.replace("postgres@", "small@", 1)
            if small == postgres_url:
                pytest.skip("the server of NCCODSL_TEST_POSTGRES has other users")
            assert "permission denied for schema" in str(refused(small))
            open_store(postgres_url).close()
            db.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO small")
            store = open_store(small)
            assert store.save("k", b"1", None)
            assert store.outbox.enqueue(SENT, "k")
            store.close()
        finally:
            db.execute("DROP OWNED BY small")
            db.execute("DROP ROLE small")


def test_a_database_that_only_reads(own_postgres: PostgresServer) -> None:
    """As the old server after a failover: a connection to it is not kept, since the name may lead to another one."""

    async def use() -> None:
        store = PostgresStore(own_postgres.url)
        assert await store.save("k", b"1", None)
        with psycopg.connect(own_postgres.url, autocommit=True) as db:
            db.execute("ALTER SYSTEM SET default_transaction_read_only = on")
            db.execute("SELECT pg_reload_conf()")
        said = ""
        for number in range(100):
            try:
                await store.save(f"k{number}", b"1", None)
                await asyncio.sleep(0.02)  # until the server has read its settings
            except BadStore as error:
                said = str(error)
                break
        assert "read-only transaction" in said
        with closing(connected(address_of(own_postgres.url))) as db:
            db.execute("SET default_transaction_read_only = off")
            db.execute("ALTER SYSTEM RESET default_transaction_read_only")
            db.execute("SELECT pg_reload_conf()")
        assert await store.load("k") == KeptState(b"1", 1)
        await store.close()

    asyncio.run(use())


# ---- in applications of others


def test_a_flow_in_an_application_and_in_one_without_a_loop(postgres_url: str) -> None:
    """A call begins in an ASGI application and goes on in threads; an application may have one loop after another."""
    flow = nccodsl.load('step main { input dtmf { on "1" { talk "One." } otherwise -> main } }')
    store = PostgresStore(postgres_url)
    app = flow.asgi("https://calls.example.com/ivr", store=store, allow_unsigned=True)

    async def answer(number: int) -> str:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="https://calls.example.com") as client:
            leg = {**LEG, "uuid": f"leg-{number}", "conversation_uuid": f"CON-{number}"}
            response = await client.post("/ivr/answer", json=leg)
            assert response.status_code == 200
            return str(response.json()[0]["eventUrl"][0])

    async def last() -> None:
        await answer(3)
        await store.close()

    urls = [asyncio.run(answer(number)) for number in range(3)]
    asyncio.run(last())
    kept = open_store(postgres_url)
    served = Served(flow, "https://calls.example.com/ivr", store=kept, allow_unsigned=True)
    for number, url in enumerate(urls):
        parts = urlsplit(url)
        leg = {**LEG, "uuid": f"leg-{number}", "conversation_uuid": f"CON-{number}"}
        pressed = {**leg, "dtmf": {"digits": "1", "timed_out": False}}
        answered = served.handle(parts.path.rpartition("/")[2], parts.query, pressed)
        assert b"One." in answered.body
    served.close()
    kept.close()
