"""A store by its name on a command line."""

from __future__ import annotations

from collections.abc import Callable

from nccodsl.server.refusals import BadStore
from nccodsl.server.stores.base import Store
from nccodsl.server.stores.memory import MemoryStore
from nccodsl.server.stores.sqlite_store import SqliteStore


def open_store(where: str, note: Callable[[str, str], None] | None = None) -> Store:
    """The store that `memory:` or `sqlite:PATH` names, `sqlite:PATH?durable=1` one that outlives a loss of power.

    `note` receives what happens to a file, as a word and a sentence. Raises BadStore.
    """
    kind, colon, path = where.partition(":")
    if kind == "memory" and colon and not path:
        return MemoryStore()
    if kind == "sqlite" and path:
        path, _, options = path.partition("?")
        if path:
            return SqliteStore(path, durable=_durable(where, options), note=note)
    raise BadStore(f"`{where[:100]}` is not a store", "write `--store sqlite:PATH` or `--store memory:`")


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
