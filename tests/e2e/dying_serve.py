"""`nccodsl serve`, which dies as by SIGKILL before or behind a certain saving of a state.

What it was delivering is delivered again after `LEASE` seconds, which are half a minute in life.

As a program: `python -m tests.e2e.dying_serve DIES serve …`; `DIES` is such as `before 2`, or empty.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nccodsl.server.stores.base import Saving
from tests.e2e.serve_process import ServeProcess

LONGEST, LEASE = 4.0, 6.0
"""Seconds for an attempt of a delivery, and until a delivery whose server has died is tried again."""


class DyingServe(ServeProcess):
    """The server, which dies where `dies` says; when it is started again, it lives."""

    def __init__(self, folder: Path, dies: str, *arguments: str | Path, **variables: str) -> None:
        self._dies = dies
        super().__init__(folder, *arguments, **variables)

    def command(self, *arguments: str | Path) -> list[str]:
        dies, self._dies = self._dies, ""
        return [sys.executable, "-m", "tests.e2e.dying_serve", dies, "serve", *map(str, arguments)]

    def revive(self) -> None:
        """Start it again once it is dead."""
        assert self._ended() == -signal.SIGKILL
        self.start()


def _dying(when: str, number: int) -> None:
    from nccodsl.server.stores.postgres_store import PostgresStore
    from nccodsl.server.stores.sqlite_store import SqliteStore

    save_all, save = SqliteStore.save_all, PostgresStore.save
    saved = 0

    def dies(self: SqliteStore, savings: Sequence[Saving]) -> list[bool | Exception]:
        nonlocal saved
        now = number in range(saved + 1, saved + len(savings) + 1)
        saved += len(savings)
        if now and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        done = save_all(self, savings)
        if now:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    async def dies_there(self: PostgresStore, *given: Any, **more: Any) -> bool:
        nonlocal saved
        saved += 1
        now = number == saved
        if now and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        done = await save(self, *given, **more)
        if now:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    SqliteStore.save_all = dies  # type: ignore[method-assign]
    PostgresStore.save = dies_there  # type: ignore[method-assign]


if __name__ == "__main__":
    from nccodsl.__main__ import main
    from nccodsl.server import deliveries

    deliveries.LONGEST, deliveries.LEASE = LONGEST, LEASE
    if words := sys.argv[1].split():
        _dying(words[0], int(words[1]))
    sys.argv[1:2] = []
    main()
