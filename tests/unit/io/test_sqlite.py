"""One manner of opening SQLite files: private, shared, of one version."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from nccodsl.io.sqlite import TROUBLE, Connection, NewerVersion, Schema, is_damaged, open_database, transaction

POSIX = pytest.mark.skipif(os.name != "posix", reason="files have no owners' modes here")


def made(found: list[int] | None = None, version: int = 2) -> Schema:
    """Tables in two versions, the second with one column more; `found` gathers the versions brought up."""

    def bring_up(db: Connection, before: int) -> None:
        if found is not None:
            found.append(before)
        if before == 0:
            db.execute("CREATE TABLE things (name TEXT)")
        if before < 2:
            db.execute("ALTER TABLE things ADD COLUMN size INTEGER")

    return Schema(version, bring_up, "SELECT name, size FROM things LIMIT 1")


def first_version(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("CREATE TABLE things (name TEXT)")
        db.execute("INSERT INTO things VALUES ('a')")
        db.execute("PRAGMA user_version = 1")


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        number: int = db.execute("PRAGMA user_version").fetchone()[0]
        return number


def test_a_new_file_has_all_that_was_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "made" / "a.sqlite3"
    found: list[int] = []
    with closing(open_database(path, made(found), busy=1, pragmas=("synchronous = FULL",))) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert db.execute("PRAGMA synchronous").fetchone() == (2,)
        assert db.execute("PRAGMA busy_timeout").fetchone() == (1000,)
    assert (found, version(path)) == ([0], 2)
    open_database(path, made(found), busy=1).close()
    assert found == [0], "what is up to date is not touched"


@POSIX
def test_a_file_is_its_owners_alone(tmp_path: Path) -> None:
    open_database(tmp_path / "a" / "new", made(), busy=1).close()
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o700
    first_version(tmp_path / "old")
    (tmp_path / "old").chmod(0o644)
    open_database(tmp_path / "old", made(), busy=1).close()
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("a/new", "old")] == [0o600, 0o600]


def test_an_older_file_is_brought_up_to_date(tmp_path: Path) -> None:
    first_version(tmp_path / "a")
    found: list[int] = []
    with closing(open_database(tmp_path / "a", made(found), busy=1)) as db:
        assert db.execute("SELECT name, size FROM things").fetchall() == [("a", None)]
    assert (found, version(tmp_path / "a")) == ([1], 2)


def test_bringing_up_to_date_is_all_or_nothing(tmp_path: Path) -> None:
    first_version(tmp_path / "a")

    def half(db: Connection, _found: int) -> None:
        db.execute("ALTER TABLE things ADD COLUMN size INTEGER")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        open_database(tmp_path / "a", Schema(2, half, "SELECT 1"), busy=1)
    with closing(sqlite3.connect(tmp_path / "a")) as db:
        assert db.execute("SELECT * FROM things").fetchall() == [("a",)]
    assert version(tmp_path / "a") == 1


def test_a_newer_file_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    open_database(tmp_path / "a", made(), busy=1).close()
    (tmp_path / "a").chmod(0o644)
    with pytest.raises(NewerVersion):
        open_database(tmp_path / "a", made(version=1), busy=1)
    assert version(tmp_path / "a") == 2
    assert os.name != "posix" or (tmp_path / "a").stat().st_mode & 0o777 == 0o644


def _text(path: Path) -> None:
    path.write_text("this is no database, and long enough to be told from one" * 50)


def _other(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 2")


@pytest.mark.parametrize(("write", "damaged"), [(_text, True), (_other, False), (Path.mkdir, False)])
def test_what_is_no_file_of_ours(tmp_path: Path, write: Callable[[Path], object], damaged: bool) -> None:
    write(tmp_path / "a")
    before = (tmp_path / "a").stat().st_mode
    with pytest.raises(TROUBLE) as caught:
        open_database(tmp_path / "a", made(), busy=1)
    assert is_damaged(caught.value) == damaged
    assert (tmp_path / "a").stat().st_mode == before


def test_those_who_come_at_once_make_the_tables_once(tmp_path: Path) -> None:
    found: list[int] = []
    failed: list[Exception] = []
    begin = threading.Barrier(8)

    def use() -> None:
        begin.wait()
        try:
            with closing(open_database(tmp_path / "a", made(found), busy=60)) as db, transaction(db):
                db.execute("INSERT INTO things VALUES ('x', 1)")
        except TROUBLE as error:
            failed.append(error)

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (failed, found) == ([], [0])
    with closing(open_database(tmp_path / "a", made(), busy=1)) as db:
        assert db.execute("SELECT count(*) FROM things").fetchone() == (8,)


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "a", made(), busy=1)) as db:
        with transaction(db):
            db.execute("INSERT INTO things VALUES ('a', 1)")
        with pytest.raises(KeyError), transaction(db):  # noqa: PT012
            db.execute("INSERT INTO things VALUES ('b', 2)")
            raise KeyError
        assert not db.in_transaction
        assert db.execute("SELECT name FROM things").fetchall() == [("a",)]


def test_nobody_else_writes_meanwhile(tmp_path: Path) -> None:
    with (
        closing(open_database(tmp_path / "a", made(), busy=1)) as db,
        closing(open_database(tmp_path / "a", made(), busy=0)) as other,
        transaction(db),
    ):
        with pytest.raises(sqlite3.OperationalError, match="locked"), transaction(other):
            pass
        assert other.execute("SELECT count(*) FROM things").fetchone() == (0,), "reading goes on"
