"""The store of a server, for commands that look into it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from nccodsl.cli.output import show
from nccodsl.cli.show_error import coded
from nccodsl.server.refusals import BadStore, ServeError
from nccodsl.server.stores.base import Store
from nccodsl.server.stores.open_store import open_store, usual_path


@contextmanager
def servers_store(where: str | None, *, create: bool = False) -> Iterator[Store | None]:
    """The store that `--store` names, or the usual one; None where no server has used that yet. Raises BadStore.

    `create`: the usual one is made then.
    """
    if where is None and not usual_path().exists() and not create:
        yield None
        return
    if where is not None and where.startswith("memory:"):
        raise BadStore("`memory:` is a store that no other program can see", "write `--store sqlite:PATH`")
    store = open_store(where, _quiet, create=False)
    try:
        yield store
    finally:
        store.close()


def refused(error: ServeError) -> int:
    """Show why a store cannot be used; the exit code."""
    show([coded(error)])
    return 2


def _quiet(_what: str, _text: str) -> None:
    """What happens to the file is the server's concern."""
