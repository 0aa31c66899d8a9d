"""The feed of calls: an observer that keeps the latest events for those who watch. No call waits for it."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from nccodsl.base.plural import counted
from nccodsl.io.sqlite import TROUBLE, reason_of
from nccodsl.runtime.runnable import Runnable
from nccodsl.server.call_events import CallEvents
from nccodsl.server.driver import Handled
from nccodsl.server.log import Log
from nccodsl.server.recent_events import RecentEvents
from nccodsl.server.refusals import CannotServe

_MOST_WAITING = 1000


class WatchAccess(NamedTuple):
    """Who may watch: those who have the token, on this machine or, if `remote`, on any.

    `folder` is that of several processes that serve together, and share the events.
    """

    token: str
    remote: bool = False
    folder: Path | None = None


class CallFeed:
    """An `Observer`. Events are made when the answer is out, in the loop of the server."""

    def __init__(self, access: WatchAccess, log: Log) -> None:
        self.access = access
        self._log = log
        self._events = CallEvents()
        self._waiting: deque[tuple[Handled, float]] = deque()
        self._lost = 0

    def open(self) -> None:
        """Begin. Raises CannotServe."""
        path = self.access.folder / "events" if self.access.folder is not None else None
        try:
            self.recent = RecentEvents(path)
        except TROUBLE as error:
            why = f"the events of calls cannot be kept in {path}: {reason_of(error)}"
            raise CannotServe(why, "set `TMPDIR` to a folder") from None

    def handled(self, handled: Handled) -> None:
        """Note a webhook for later; raises nothing."""
        if len(self._waiting) >= _MOST_WAITING:
            self._lose("there are too many webhooks")
            return
        self._waiting.append((handled, time.time()))
        asyncio.get_running_loop().call_soon(self._write)

    def scripts(self, scripts: Iterable[Runnable]) -> list[dict[str, Any]]:
        """The scripts that are served."""
        return [self._events.script(one) for one in scripts]

    def _write(self) -> None:
        """Keep the event of the next webhook; what goes wrong with it is logged."""
        handled, received = self._waiting.popleft()
        try:
            line = self._events.of(handled, received)
            if line is not None:
                self.recent.add(line)
        except Exception as error:
            self._lose(type(error).__name__)
            return
        if self._lost:
            self._log.note("watch", f"events are kept again; lost {counted(self._lost, 'event')}")
            self._lost = 0

    def _lose(self, why: str) -> None:
        if not self._lost:
            self._log.note("watch", f"events are not kept for debuggers: {why}")
        self._lost += 1

    def close(self) -> None:
        self.recent.close()
