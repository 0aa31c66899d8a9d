"""The file: who may read it, what survives, what is refused."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from nccodsl.runtime.operations import KeptState
from nccodsl.server.refusals import BadStore
from nccodsl.server.stores.open_store import open_store
from nccodsl.server.stores.sqlite_store import FORMAT, SqliteStore

ROOT = Path(__file__).parents[3]


@pytest.mark.skipif(os.name != "posix", reason="there are no such modes")
def test_only_the_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "made" / "s.sqlite3"
    store = SqliteStore(path)
    store.save("a", b"1", None)
    assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert len(list(path.parent.iterdir())) == 3
    store.close()
    path.chmod(0o644)
    SqliteStore(path).close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_it_is_there_after_a_restart(tmp_path: Path) -> None:
    first = SqliteStore(tmp_path / "s.sqlite3")
    first.save("a", b"1", None, "CON-1")
    first.keep("v", (("a.call", "x"),))
    first.close()
    second = SqliteStore(tmp_path / "s.sqlite3")
    assert second.load("a") == KeptState(b"1", 1)
    assert second.find("CON-1") == "a"
    assert second.texts("v") == (("a.call", "x"),)
    second.close()


def test_processes_share_it(tmp_path: Path) -> None:
    """Each counts up as many times as it can; no step is lost."""
    path = tmp_path / "s.sqlite3"
    SqliteStore(path).close()
    program = (
        "import sys\n"
        "from nccodsl.server.stores.sqlite_store import SqliteStore\n"
        "store = SqliteStore(sys.argv[1])\n"
        "done = 0\n"
        "while done < 200:\n"
        "    kept = store.load('a')\n"
        "    number = int(kept.data) if kept else 0\n"
        "    done += store.save('a', str(number + 1).encode(), kept.revision if kept else None)\n"
    )
    command = [sys.executable, "-c", program, str(path)]
    others = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(3)]
    for other in others:
        assert other.communicate()[1] == b""
    store = SqliteStore(path)
    assert store.load("a") == KeptState(b"600", 600)
    store.close()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no such signal")
def test_what_was_saved_survives_being_killed(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite3"
    program = (
        "import sys\n"
        "from nccodsl.server.stores.sqlite_store import SqliteStore\n"
        "store = SqliteStore(sys.argv[1])\n"
        "number = 0\n"
        "while True:\n"
        "    assert store.save('a', str(number).encode(), number or None)\n"
        "    number += 1\n"
        "    print(number, flush=True)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(path)], cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for _ in range(100):
            process.stdout.readline()
        process.kill()
        # It may have been killed before it said more.
        said = int((process.stdout.read().split() or [b"100"])[-1])
    store = SqliteStore(path)
    kept = store.load("a")
    assert kept is not None
    assert kept.revision in (said, said + 1)
    assert int(kept.data) == kept.revision - 1
    store.close()


def test_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("this is no database, and long enough to be told from one" * 50)
    newer = sqlite3.connect(tmp_path / "newer")
    newer.execute("PRAGMA user_version = 99")
    newer.close()
    others = sqlite3.connect(tmp_path / "others")
    others.execute("CREATE TABLE things (name TEXT)")
    others.close()
    marked = sqlite3.connect(tmp_path / "marked")
    marked.execute(f"PRAGMA user_version = {FORMAT}")
    marked.close()
    for name in ("text", "newer", "others", "marked"):
        (tmp_path / name).chmod(0o644)
    for name in ("text", "newer", "others", "marked", "."):
        with pytest.raises(BadStore) as caught:
            SqliteStore(tmp_path / name)
        assert str(tmp_path) in str(caught.value)
        assert name == "." or (tmp_path / name).stat().st_mode & 0o777 == 0o644
    with pytest.raises(BadStore, match="not a file"):
        SqliteStore(os.devnull)
    with pytest.raises(BadStore):
        SqliteStore(tmp_path / "text" / "below")


def test_a_store_that_fails_says_so(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.sqlite3")
    store.close()
    for use in (lambda: store.load("a"), lambda: store.save("a", b"", None), lambda: store.find("x")):
        with pytest.raises(BadStore):
            use()
    with pytest.raises(BadStore):
        store.keep("v", ())
    with pytest.raises(BadStore):
        store.texts("v")


OLDER = (
    "CREATE TABLE calls (key TEXT PRIMARY KEY, data BLOB NOT NULL, revision INTEGER NOT NULL, "
    "conversation TEXT NOT NULL, saved REAL NOT NULL, expires REAL NOT NULL)",
    "CREATE INDEX by_conversation ON calls (conversation) WHERE conversation <> ''",
    "CREATE TABLE versions (version TEXT PRIMARY KEY, texts TEXT NOT NULL, expires REAL NOT NULL)",
    "INSERT INTO calls VALUES ('ivr/leg-1', x'31', 3, 'ivr/CON-1', 1e9, 1e12)",
    "INSERT INTO versions VALUES ('v', '[[\"a.call\", \"x\"]]', 1e12)",
    "PRAGMA user_version = 1",
)


def older(path: Path) -> sqlite3.Connection:
    """A file as the version before made it, open as it was there."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL").fetchall()
    for statement in OLDER:
        db.execute(statement)
    return db


def test_a_file_of_an_older_version_is_brought_up_to_date(tmp_path: Path) -> None:
    running = older(tmp_path / "s.sqlite3")
    store = SqliteStore(tmp_path / "s.sqlite3")
    assert store.load("ivr/leg-1") == KeptState(b"1", 3)
    assert store.find("ivr/CON-1") == "ivr/leg-1"
    assert store.texts("v") == (("a.call", "x"),)
    assert store.save("ivr/leg-1", b"2", 3)
    assert len(store.secret()) == 32
    # A server of that version which still runs is kept out, and one that starts refuses the format.
    with pytest.raises(sqlite3.OperationalError):
        running.execute("SELECT data FROM calls").fetchall()
    assert running.execute("PRAGMA user_version").fetchone()[0] == FORMAT > 1
    running.close()
    store.close()


def test_a_file_that_is_no_older_version_stays_as_it_is(tmp_path: Path) -> None:
    others = sqlite3.connect(tmp_path / "s.sqlite3")
    others.execute("CREATE TABLE calls (name TEXT)")
    others.execute("PRAGMA user_version = 1")
    others.close()
    before = (tmp_path / "s.sqlite3").read_bytes()
    with pytest.raises(BadStore):
        SqliteStore(tmp_path / "s.sqlite3")
    again = sqlite3.connect(tmp_path / "s.sqlite3")
    assert [name for (name,) in again.execute("SELECT name FROM sqlite_master")] == ["calls"]
    again.close()
    assert len(before) > 0


@pytest.mark.parametrize("there", [False, True])
def test_processes_that_start_at_once_have_one_secret(tmp_path: Path, there: bool) -> None:
    path = tmp_path / "s.sqlite3"
    if there:
        older(path).close()
    program = (
        "import sys\n"
        "from nccodsl.server.stores.sqlite_store import SqliteStore\n"
        "sys.stdin.readline()\n"
        "print(SqliteStore(sys.argv[1]).secret().hex())\n"
    )
    command = [sys.executable, "-c", program, str(path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    starting = [subprocess.Popen(command, cwd=ROOT, **pipes) for _ in range(4)]  # type: ignore[call-overload]
    for process in starting:
        process.stdin.write("\n")
        process.stdin.flush()
    told = {process.communicate(timeout=60)[0].strip() for process in starting}
    assert len(told) == 1
    assert len(told.pop()) == 64


# ---- a file that is deleted under a server


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each use looks whether the file is there."""
    monkeypatch.setattr("nccodsl.server.stores.sqlite_store._LOOK", 0.0)


def delete(path: Path, *ends: str) -> None:
    for end in ("", *ends):
        path.with_name(path.name + end).unlink()


def whole(path: Path) -> list[tuple[str, bytes]]:
    """The states in a file that nothing is wrong with."""
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    found = db.execute("SELECT key, data FROM call_states ORDER BY key").fetchall()
    db.close()
    return found


deletes = pytest.mark.skipif(os.name != "posix", reason="an open file cannot be deleted")


@deletes
@pytest.mark.parametrize("ends", [(), ("-wal",), ("-wal", "-shm")])
def test_a_file_that_is_deleted(tmp_path: Path, at_once: None, ends: tuple[str, ...]) -> None:
    told: list[tuple[str, str]] = []
    path = tmp_path / "s.sqlite3"
    store = SqliteStore(path, note=lambda what, text: told.append((what, text)))
    store.save("a", b"1", None, "CON-1")
    store.keep("v", (("a.call", "x"),))
    secret = store.secret()
    delete(path, *ends)
    assert store.load("a") == KeptState(b"1", 1)
    assert [what for what, _ in told] == ["store-deleted"]
    assert str(path) in told[0][1]
    assert store.save("a", b"2", 1, "CON-1")
    assert store.save("b", b"1", None)
    assert whole(path) == [("a", b"2"), ("b", b"1")]
    # Whoever comes next finds everything: another process, and the same one after a restart.
    other = SqliteStore(path)
    assert (other.load("a"), other.find("CON-1")) == (KeptState(b"2", 2), "a")
    assert other.texts("v") == (("a.call", "x"),)
    assert other.secret() == secret
    other.close()
    store.close()
    assert whole(path) == [("a", b"2"), ("b", b"1")]
    assert len(told) == 1
    assert path.stat().st_mode & 0o777 == 0o600


@deletes
def test_servers_that_share_a_file_that_is_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sees it first; what the other has kept in the old file until it sees it too is not lost."""
    path = tmp_path / "s.sqlite3"
    one, two = SqliteStore(path), SqliteStore(path)
    one.save("a", b"1", None)
    one.save("b", b"1", None)
    delete(path, "-wal", "-shm")
    two._look_at = float("inf")
    two.save("b", b"2", 1)
    two.save("c", b"1", None)
    one._look_at = 0.0
    assert one.save("a", b"2", 1)
    two._look_at = 0.0
    assert two.load("a") == KeptState(b"2", 2)
    assert one.load("b") == two.load("b") == KeptState(b"2", 2)
    assert one.load("c") == KeptState(b"1", 1)
    assert one.save("c", b"2", 1)
    assert not two.save("c", b"x", 1)
    one.close()
    two.close()
    assert whole(path) == [("a", b"2"), ("b", b"2"), ("c", b"2")]


@deletes
def test_a_file_in_the_place_of_another(tmp_path: Path, at_once: None) -> None:
    path = tmp_path / "s.sqlite3"
    store, other = SqliteStore(path), SqliteStore(tmp_path / "other.sqlite3")
    store.save("a", b"1", None)
    other.save("b", b"1", None)
    secret = other.secret()
    other.close()
    (tmp_path / "other.sqlite3").rename(path)
    assert store.load("b") == KeptState(b"1", 1)
    assert store.load("a") == KeptState(b"1", 1)
    assert store.secret() == secret
    store.close()
    assert whole(path) == [("a", b"1"), ("b", b"1")]


@deletes
def test_a_folder_that_is_deleted_and_one_that_cannot_be_made(tmp_path: Path, at_once: None) -> None:
    folder = tmp_path / "made"
    store = SqliteStore(folder / "s.sqlite3")
    store.save("a", b"1", None)
    delete(folder / "s.sqlite3", "-wal", "-shm")
    folder.rmdir()
    folder.write_text("in the way")
    for _ in range(2):
        for use in (lambda: store.load("a"), lambda: store.save("a", b"2", 1), store.tend):
            with pytest.raises(BadStore):
                use()
    folder.unlink()
    assert store.load("a") == KeptState(b"1", 1)
    store.close()
    assert whole(folder / "s.sqlite3") == [("a", b"1")]


def test_a_file_that_is_there_is_looked_at_now_and_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[Path] = []
    store = SqliteStore(tmp_path / "s.sqlite3")
    monkeypatch.setattr("nccodsl.server.stores.sqlite_store._LOOK", 1000.0)
    store._look_at = 0.0

    def looked(path: Path) -> object:
        looks.append(path)
        return store._files[0]

    monkeypatch.setattr("nccodsl.server.stores.sqlite_store.identity", looked)
    for _ in range(100):
        store.load("a")
    assert len(looks) == 1
    store.close()


@pytest.mark.parametrize(("durable", "level"), [(False, 1), (True, 2)])
def test_what_is_durable_is_on_the_disk_before_it_counts(tmp_path: Path, durable: bool, level: int) -> None:
    store = open_store(f"sqlite:{tmp_path}/s.sqlite3?durable={int(durable)}")
    assert isinstance(store, SqliteStore)
    assert store._db.execute("PRAGMA synchronous").fetchone() == (level,)
    assert store.path == tmp_path / "s.sqlite3"
    store.close()
