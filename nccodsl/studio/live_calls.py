"""The calls of a running server for the studio: where each is, how often lines were played, and what went wrong.

The feed of the server holds no private values, and none of its values is passed on.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from threading import Event, Lock, Thread
from typing import Any

from nccodsl.base.record import Record
from nccodsl.dap.live_events import LiveEvent, LiveFile, event_of, greeting_of, read_line
from nccodsl.dap.watched_feed import WatchedFeed
from nccodsl.errors import UsageError

MOST_CALLS = 1000
MOST_LINES = 5000
MOST_ERRORS = 30
AGAIN = 2.0
"""Seconds until a server that is away is asked again."""
Line = tuple[str, int]
"""The hash of a file's text, and a line of it (from 1): so no line of another version is meant."""


class LiveError(Record):
    """What went wrong in a call: when, in which flow, with which code, in words, and where, if that is known."""

    time: str
    flow: str
    code: str
    text: str
    line: Line | None


class LiveCalls:
    """Listens in a thread, and connects again where the server was away. `connect` raises UsageError."""

    def __init__(self, connect: Callable[[], WatchedFeed]) -> None:
        self._connect = connect
        self._lock = Lock()
        self._over = Event()
        self._feed: WatchedFeed | None = None
        self._problem: str | None = "connecting"
        self._calls: dict[tuple[str, str], Line | None] = {}
        self._played: Counter[Line] = Counter()
        self._errors: deque[LiveError] = deque(maxlen=MOST_ERRORS)
        self._thread = Thread(target=self._run, name="live calls", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Listen no more."""
        self._over.set()
        if self._feed is not None:
            self._feed.close()
        self._thread.join(AGAIN)

    def as_json(self) -> dict[str, Any]:
        """What pages show: `problem` is null while the server is heard."""
        with self._lock:
            here = Counter(line for line in self._calls.values() if line is not None)
            lines = {**dict.fromkeys(self._played), **dict.fromkeys(here)}
            return {
                "problem": self._problem,
                "calls": len(self._calls),
                "lines": [
                    {"hash": one[0], "line": one[1], "here": here[one], "played": self._played[one]} for one in lines
                ],
                "errors": [_error(one) for one in reversed(self._errors)],
            }

    # ---- listening

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                self._listen()
            except UsageError as error:
                self._problem = str(error)
            except (OSError, ValueError, RuntimeError):
                self._problem = "the connection has ended"
            self._over.wait(AGAIN)

    def _listen(self) -> None:
        """Hear a server to the end of its feed. Raises UsageError."""
        feed = self._feed = self._connect()
        try:
            lines = feed.lines()
            greeting_of(read_line(next(lines, b"")))
            with self._lock:
                # The server tells of recent calls again.
                self._calls.clear()
                self._played.clear()
                self._errors.clear()
                self._problem = None
            for line in lines:
                members = read_line(line) if line else {}
                if members.get("type") == "webhook":
                    self._hear(event_of(members))
                if self._over.is_set():
                    return
        finally:
            feed.close()
        raise UsageError("the server has closed the connection")

    def _hear(self, event: LiveEvent) -> None:
        with self._lock:
            line = _line(event)
            if event.code:
                self._errors.append(LiveError(event.time, event.flow, event.code, event.problem, line))
            if event.moved:
                for name, number in event.lines:
                    self._play(event.files.get(name), number)
            key = event.flow, event.call
            before = self._calls.pop(key, None)
            if not event.ended:
                self._calls[key] = line or before
                if len(self._calls) > MOST_CALLS:
                    del self._calls[next(iter(self._calls))]

    def _play(self, file: LiveFile | None, number: int) -> None:
        if file is not None and (len(self._played) < MOST_LINES or (file.sha256, number) in self._played):
            self._played[file.sha256, number] += 1


def _line(event: LiveEvent) -> Line | None:
    """The line where a call is."""
    if not event.frames:
        return None
    file = event.files.get(event.frames[0].file)
    return (file.sha256, event.frames[0].line) if file is not None else None


def _error(one: LiveError) -> dict[str, Any]:
    place = {"hash": one.line[0], "line": one.line[1]} if one.line is not None else None
    return {"time": one.time, "flow": one.flow, "code": one.code, "text": one.text, "place": place}
