"""PostgreSQL databases: how a URL is judged, how one is opened, the versions of its tables, and what errors say.

The one manner of all that keep something there. Needs psycopg (postgres_urls.py). No message has the password: a URL is
shown as `PostgresAddress.shown`. Each statement is a transaction of its own, except within `Connection.transaction`.

Tables that belong together have a name and a version in the table `nccodsl_tables`: older ones are brought up to date
in one transaction, newer ones are refused. All of them stand in the first schema of the connection's `search_path`.
"""

from __future__ import annotations

import logging
import selectors
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import psycopg
from psycopg.conninfo import conninfo_to_dict

from nccodsl.io.sqlite import NewerVersion

Connection = psycopg.Connection[tuple[Any, ...]]
TROUBLE = (psycopg.Error, OSError, ValueError)
"""What opening and using a database can raise, besides NewerVersion."""
AWAY = (
    *(psycopg.OperationalError, psycopg.InterfaceError, OSError),
    *(psycopg.errors.ReadOnlySqlTransaction, psycopg.errors.IdleInTransactionSessionTimeout),
)
"""Those of TROUBLE that may be over in a while."""
STATEMENT = 2.0
"""Seconds after which the server ends a statement."""
CONNECTING = 2
"""Seconds for a connection to each of the hosts; the least that the library accepts."""
_UPDATING = "60s"
# For each statement that brings tables up to date, and for waiting until another process has done it.
_LOCK = 0x6E63636F
# Of the advisory lock that processes hold while they do.
_ALIVE = {"keepalives_idle": "10", "keepalives_interval": "5", "keepalives_count": "2"}
# A server whose machine is gone is noticed while no statement runs.
# What psycopg warns of is raised as well; without a handler, Python would write it to standard error.
logging.getLogger("psycopg").addHandler(logging.NullHandler())


class PostgresAddress(NamedTuple):
    """Where a database is. `shown` is for people, and has no password; `parameters` are those of psycopg.

    `limit` is a statement that sets the time limit of the others in a connection.
    """

    shown: str
    parameters: Mapping[str, str]
    limit: str

    def __repr__(self) -> str:
        return f"<PostgresAddress {self.shown}>"


class PostgresTables(NamedTuple):
    """Tables that belong together. `bring_up` makes them from those of the version that was found, 0 where none are.

    It runs in a transaction, one process at a time.
    """

    name: str
    version: int
    bring_up: Callable[[Connection, int], None]


def address_of(url: str, *, statement: float = STATEMENT) -> PostgresAddress:
    """What a URL names, with `statement` seconds for each statement. Raises ValueError, with a reason to show.

    What the URL leaves out comes from the variables and files of libpq, such as `PGPASSWORD` and `~/.pgpass`.
    """
    try:
        given = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    except (psycopg.Error, ValueError):
        # What the library says of it shows parts of it, and so of a password with characters that end it.
        raise ValueError("the URL of the PostgreSQL database is not valid") from None
    named = {name: given.get(name, "") for name in ("user", "host", "port", "dbname")}
    if not url.isprintable() or any("@" in value for value in named.values()) or not _is_port(named["port"]):
        raise ValueError("the URL of the PostgreSQL database is not valid")
    usual = {"connect_timeout": str(CONNECTING), "fallback_application_name": "nccodsl", **_ALIVE}
    limit = f"SET statement_timeout = {round(statement * 1000)}"
    return PostgresAddress(_shown(named), {**usual, **given}, limit)


def _is_port(text: str) -> bool:
    return all(not one or (one.isascii() and one.isdigit()) for one in text.split(","))


def _shown(named: Mapping[str, str]) -> str:
    user = f"{named['user']}@" if named["user"] else ""
    hosts, ports = named["host"].split(","), named["port"].split(",")
    if len(ports) < len(hosts):
        ports = [ports[0]] * len(hosts)
    places = (host + (f":{port}" if port else "") for host, port in zip(hosts, ports, strict=False))
    return f"postgresql://{user}{','.join(places)}" + (f"/{named['dbname']}" if named["dbname"] else "")


def connected(address: PostgresAddress, kind: type[Connection] = psycopg.Connection) -> Connection:
    """A connection that waits in this thread. Raises TROUBLE."""
    db = kind.connect(autocommit=True, **address.parameters)  # type: ignore[arg-type]
    try:
        db.execute(address.limit)
    except BaseException:
        db.close()
        raise
    return db


def has_news(db: psycopg.Connection[Any] | psycopg.AsyncConnection[Any]) -> bool:
    """Whether there is something to read: a server says nothing unasked but that it ends, or has other settings."""
    if db.closed:
        return True
    with selectors.DefaultSelector() as looking:
        looking.register(db.pgconn.socket, selectors.EVENT_READ)
        return bool(looking.select(0))


def version_of(db: Connection, name: str) -> int:
    """The version of tables; 0 where there are none. Raises TROUBLE."""
    (any_there,) = _one(db, "SELECT to_regclass('nccodsl_tables') IS NOT NULL")
    if not any_there:
        return 0
    found = db.execute("SELECT version FROM nccodsl_tables WHERE name = %s", (name,)).fetchone()
    return int(found[0]) if found else 0


def bring_up_to_date(db: Connection, tables: PostgresTables) -> None:
    """Make tables, or those of an older version into ours. Raises NewerVersion and TROUBLE."""
    found = version_of(db, tables.name)
    if found < tables.version:
        with db.transaction():
            db.execute(f"SET LOCAL statement_timeout = '{_UPDATING}'")
            db.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            db.execute("CREATE TABLE IF NOT EXISTS nccodsl_tables (name text PRIMARY KEY, version integer NOT NULL)")
            # Another process may have been quicker.
            found = version_of(db, tables.name)
            if found < tables.version:
                tables.bring_up(db, found)
                noted = "ON CONFLICT (name) DO UPDATE SET version = excluded.version"
                db.execute(f"INSERT INTO nccodsl_tables VALUES (%s, %s) {noted}", (tables.name, tables.version))
    if found > tables.version:
        raise NewerVersion


def _one(db: Connection, statement: str) -> tuple[Any, ...]:
    found = db.execute(statement).fetchone()
    assert found is not None
    return found


def storable(text: str) -> str:
    """A text with `?` or U+FFFD for what PostgreSQL cannot keep: halves of surrogate pairs, and the character 0."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


def reason_of(error: Exception) -> str:
    """What an error of TROUBLE says, in one line, without values and passwords."""
    if isinstance(error, TimeoutError):
        return "the database does not answer"
    if isinstance(error, OSError):
        return error.strerror or str(error)
    said = getattr(getattr(error, "diag", None), "message_primary", None) or str(error)
    # Of several hosts, the last one; behind `failed: ` stands why.
    lines = [line for line in str(said).splitlines() if line and not line.startswith("\t")]
    reason = lines[-1].rpartition("failed: ")[2] if lines else type(error).__name__
    return reason.removeprefix("FATAL:").strip()
