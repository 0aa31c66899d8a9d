"""The journal in PostgreSQL: whose clock counts, what waits for whom, and what is left when the database goes away."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path

import psycopg
import pytest

from nccodsl.client import BadJournal, Journal, ReferenceUnsettled
from nccodsl.client.call_journal import CallJournal
from nccodsl.client.clock import Reading, ServerClock, read_clocks
from nccodsl.client.failures import JournalAway
from nccodsl.client.open_journal import BOOK_VARIABLE, open_journal
from nccodsl.client.postgres_journal import SCHEMA, PostgresJournal
from nccodsl.client.start_limits import LONGEST_ATTEMPT
from nccodsl.client.start_slots import SlotClaim
from nccodsl.io import postgres_sql
from nccodsl.io.postgres_sql import in_postgres
from tests.postgres import PostgresServer, schema_in

CALL = {"fingerprint": "f", "host": "h", "application_id": "app", "api": "v2", "callee": "1415", "caller": None}


@pytest.fixture
def url(postgres: str) -> Iterator[str]:
    with schema_in(postgres) as url:
        yield url


def begin(journal: CallJournal, reference: str | None = None) -> str:
    return journal.begin(reference=reference, **CALL)[0].id


def one(journal: CallJournal, statement: str) -> object:
    with journal.reading() as db:
        return db.execute(statement).fetchone()[0]


def test_statements_in_its_words() -> None:
    said = "CREATE TABLE a (id INTEGER PRIMARY KEY, n INTEGER, r REAL, b BLOB) WITHOUT ROWID"
    kept = "CREATE TABLE a (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n bigint, r double precision, b bytea) "
    assert in_postgres(said) == kept
    assert in_postgres("SELECT 7 % ? FROM a INDEXED BY a_b CROSS JOIN b ON b.REALLY = ?") == (
        "SELECT 7 %% %s FROM a  JOIN b ON b.REALLY = %s"
    )


# ---- clocks


def test_all_machines_go_by_the_clock_of_the_database(url: str) -> None:
    def late() -> Reading:
        now = read_clocks()
        return Reading(now.wall - 5000, now.ticks, now.boot)

    with PostgresJournal(url) as right, PostgresJournal(url, machine=late) as wrong:
        first, then = right.clock(), wrong.clock()
        assert first.boot == then.boot
        assert first.wall <= then.wall <= right.clock().wall
        assert wrong.machine().wall < first.wall - 4000
        assert abs(wrong.estimate().wall - right.estimate().wall) < 5
        begin(wrong, "a")
        assert right.recent()[0].created_at >= then.wall
        # What is known of the API's clock is known of it as of the database's.
        server = ServerClock(late)
        assert wrong.ahead(server, then) is None
        server.note({"date": formatdate(time.time() + 60, usegmt=True)}, server.read())
        ahead = wrong.ahead(server, then)
        assert ahead is not None
        assert ahead.usable
        assert 55 < ahead.least <= ahead.most < 65


def test_the_clock_stands_still_within_a_transaction(url: str) -> None:
    with PostgresJournal(url) as journal:
        with journal.writing():
            assert journal.clock() == journal.clock()
        assert journal.clock().wall < journal.clock().wall


def test_nobody_asks_for_a_process_of_another_machine(url: str) -> None:
    with PostgresJournal(url) as journal:
        begin(journal, "a")
        with pytest.raises(ReferenceUnsettled, match="is being placed by another process"):
            begin(journal, "a")
        with journal.writing() as db:
            db.execute("UPDATE intents SET created_at = created_at - ?", (LONGEST_ATTEMPT + 1,))
        with pytest.raises(ReferenceUnsettled, match="may or may not be placed"):
            begin(journal, "a")


# ---- transactions


def test_who_writes_waits_for_the_others_and_sees_what_they_wrote(url: str) -> None:
    seen: list[object] = []
    with PostgresJournal(url) as first, PostgresJournal(url) as second:

        def write() -> None:
            with second.writing() as db:
                seen.append(db.execute("SELECT count(*) FROM intents").fetchone()[0])

        thread = threading.Thread(target=write)
        with first.writing() as db:
            db.execute("SELECT 1").fetchone()
            thread.start()
            time.sleep(0.2)
            assert not seen
        begin(first)
        thread.join()
        assert seen == [0] or seen == [1]
        begin(first)
        write()
        assert seen[-1] == 2


def test_what_is_answered_is_durable(url: str) -> None:
    careless = url.replace("options=", "options=-csynchronous_commit%3Doff%20")
    with PostgresJournal(careless) as journal:
        assert one(journal, "SHOW synchronous_commit") == "on"
        assert one(journal, "SHOW idle_in_transaction_session_timeout") == "10s"
    with PostgresJournal(url.replace("options=", "options=-csynchronous_commit%3Dremote_apply%20")) as journal:
        assert one(journal, "SHOW synchronous_commit") == "remote_apply"


def test_an_error_that_is_passed_over_leaves_nothing(url: str) -> None:
    def write(journal: CallJournal, *, passed_over: bool) -> None:
        with journal.writing() as db:
            db.execute("INSERT INTO slots (account, n, ticks, wall) VALUES ('a', 1, 0, 0)")
            answer = db.execute("SELECT 1 / 0")
            if passed_over:
                with pytest.raises(psycopg.Error):
                    answer.fetchone()

    with PostgresJournal(url) as journal:
        with pytest.raises(BadJournal):
            write(journal, passed_over=True)
        with pytest.raises(BadJournal, match="division by zero"):
            write(journal, passed_over=False)
        assert one(journal, "SELECT count(*) FROM slots") == 0


def test_a_connection_that_ends_before_the_commit_leaves_nothing(postgres: str, url: str) -> None:
    def write(journal: CallJournal, other: psycopg.Connection) -> None:
        with journal.writing() as db:
            process = db.execute("SELECT pg_backend_pid()").fetchone()[0]
            db.execute("INSERT INTO slots (account, n, ticks, wall) VALUES ('a', 0, 1e12, 1e12)")
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (process,))

    with PostgresJournal(url) as journal, psycopg.connect(postgres, autocommit=True) as other:
        with pytest.raises(JournalAway, match="cannot be used now") as told:
            write(journal, other)
        assert told.value.code == "E714"
        assert told.value.help
        journal.take_slots(SlotClaim("a", 1, 1, "me", 5.0))


def test_tables_of_a_newer_version_are_refused(url: str) -> None:
    with PostgresJournal(url) as journal, journal.writing() as db:
        db.execute("UPDATE nccodsl_tables SET version = 99")
    with pytest.raises(BadJournal, match="made by a newer version"):
        PostgresJournal(url)


# ---- a database that goes away


def test_it_comes_back(own_postgres: PostgresServer) -> None:
    with PostgresJournal(own_postgres.url) as journal:
        assert one(journal, "SELECT current_schema()") == SCHEMA
        begin(journal, "a")
        for number in (signal.SIGINT, signal.SIGQUIT):
            own_postgres.stop(number)
            for _ in range(2):
                with pytest.raises(JournalAway, match="cannot be used now"):
                    journal.clock()
            own_postgres.start()
            assert [intent.reference for intent in journal.open_intents()] == ["a"]
    own_postgres.stop()
    with pytest.raises(JournalAway, match="Connection refused"):
        PostgresJournal(own_postgres.url)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="the test looks for processes there")
def test_one_that_does_not_answer_is_given_up(own_postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_sql, "LONGEST", 1.0)
    with PostgresJournal(own_postgres.url) as journal:
        begin(journal, "a")
        own_postgres.signal_all(signal.SIGSTOP)
        with pytest.raises(JournalAway, match="does not answer"):
            begin(journal, "b")
        own_postgres.signal_all(signal.SIGCONT)
        assert {intent.reference for intent in journal.open_intents()} <= {"a", "b"}


# ---- which one is used


def test_the_variable_names_it(url: str, tmp_path: Path) -> None:
    with open_journal(environ={BOOK_VARIABLE: url}) as journal:
        assert isinstance(journal, PostgresJournal)
    with open_journal(environ={"NCCODSL_STATE": str(tmp_path)}) as journal:
        assert isinstance(journal, Journal)


@pytest.mark.parametrize(
    "url", ["sqlite:calls.db", "postgres//ann:secret@db/calls", "ann:secret@db", "postgresql://a:b:c"]
)
def test_what_names_none(url: str) -> None:
    with pytest.raises(BadJournal) as told:
        open_journal(url)
    assert "secret" not in f"{told.value} {told.value.help}"
    assert "postgresql://" in str(told.value.help)
