"""A store by its name on a command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from nccodsl.io.folders import state_folder
from nccodsl.io.postgres_urls import DRIVER_ADVICE, DriverMissing, is_postgres_url, need_driver
from nccodsl.server.refusals import BadStore
from nccodsl.server.stores.base import Store
from nccodsl.server.stores.memory import MemoryStore
from nccodsl.server.stores.sqlite_store import SqliteStore

_KINDS = "write `--store sqlite:PATH`, `--store postgresql://USER@HOST/DATABASE` or `--store memory:`"


def usual_path() -> Path:
    """The store that is opened unless another is named."""
    return state_folder() / "flows.sqlite3"


def open_store(where: str | None, note: Callable[[str, str], None] | None = None, *, create: bool = True) -> Store:
    """The store that `memory:`, `sqlite:PATH` or `postgresql://…` names; None names the usual one.

    `sqlite:PATH?durable=1` is one that outlives a loss of power. `note` receives what happens to a file, as a word and
    a sentence. `create`: one that is not there is made. Raises BadStore.
    """
    if where is None:
        return SqliteStore(usual_path(), note=note)
    if is_postgres_url(where):
        return _in_postgres(where, create)
    kind, colon, path = where.partition(":")
    if kind == "memory" and colon and not path:
        return MemoryStore()
    if kind == "sqlite" and path:
        path, _, options = path.partition("?")
        if path:
            durable = _durable(where, options)
            if not create and not Path(path).is_file():
                raise BadStore(f"there is no store at {path}", "give the `--store` of the server")
            return SqliteStore(path, durable=durable, note=note)
    # The URL of another kind of database may hold a password.
    shown = f"{kind[:40]}:…" if "@" in where else where[:100]
    raise BadStore(f"`{shown}` is not a store", _KINDS)


def _in_postgres(url: str, create: bool) -> Store:
    try:
        need_driver()
    except DriverMissing as error:
        raise BadStore(str(error), DRIVER_ADVICE) from None
    from nccodsl.server.stores.blocking_store import BlockingStore
    from nccodsl.server.stores.postgres_store import PostgresStore

    return BlockingStore(PostgresStore(url, create=create))


def _durable(where: str, options: str) -> bool:
    """What stands behind `?`. Raises BadStore."""
    durable = False
    for option in options.split("&") if options else ():
        if option not in ("durable=0", "durable=1"):
            raise BadStore(
                f"`{option[:40]}` in `{where[:100]}` is not an option of a store",
                "write `?durable=1` to lose nothing when the power fails, or `?durable=0`",
            )
        durable = option == "durable=1"
    return durable
