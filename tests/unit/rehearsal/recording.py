"""Records calls of scripts without a server: each webhook is handled, and told to a recorder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import nccodsl
from nccodsl.emulator.core.legs import Leg
from nccodsl.lowering.compiled import Compiled
from nccodsl.rehearsal.safety import Kept, Safety
from nccodsl.rehearsal.stage import Stage
from nccodsl.runtime.history import History, read_history
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.web_requests import Fetch, Fetched
from nccodsl.runtime.webhook import Reply, Webhook
from nccodsl.server.driver import Handled
from nccodsl.server.log import LogLine
from nccodsl.server.recorder import Recorder
from tests.unit.server.handle_drive import URL, Caller


class Lines:
    """A file in memory."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []

    def add(self, line: bytes) -> None:
        self.lines.append(line)

    def close(self) -> None:
        pass

    @property
    def text(self) -> str:
        return b"".join(self.lines).decode("utf-8", "surrogatepass")

    @property
    def history(self) -> History:
        return read_history(self.lines, "history.jsonl")


class Notes:
    """A log that keeps what it is given."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def webhook(self, line: LogLine) -> None:
        pass

    def note(self, what: str, text: str) -> None:
        self.notes.append(f"{what}: {text}")


class Recorded(Caller):
    """A caller whose call is recorded."""

    def __init__(self, text: str, reply: object = None, **values: object) -> None:
        fetched = Fetched(failure="nobody is there") if reply is None else Fetched(reply)
        super().__init__(text, lambda _: fetched, **values)
        self.file = Lines()
        self.notes = Notes()
        self.time = 0.0
        """What the clock of the recorder says, in seconds since 1970."""
        self.recorder = Recorder(self.file, self.notes, lambda: self.time)  # type: ignore[arg-type]

    def send(self, route: str, query: Mapping[str, str] | None = None, **payload: Any) -> Reply:
        before = next(iter(self.kept.values())).data if self.kept else None
        reply = super().send(route, query, **payload)
        after = next(iter(self.kept.values())).data if self.kept else None
        saved = after if after is not before else None
        fetched = tuple(self._fetcher("") for one in self.operations if isinstance(one, Fetch))
        self.operations.clear()
        webhook = Webhook(route, query or {}, payload)
        self.recorder.handled(Handled(self.script, webhook, reply, before, saved, fetched))
        return reply

    def end(self) -> None:
        self.send("event", {}, uuid="leg-1", status="completed")

    def by(self, text: str, kept: Kept | None = None) -> Safety:
        """What a replay with another script says."""
        assert not self.notes.notes
        return Safety(Runnable(nccodsl.load(text), URL), self.file.history, "ivr", kept)


@contextmanager
def stages_recorded(recorder: Recorder) -> Iterator[None]:
    """All calls of stages are recorded."""
    real = Stage._handled

    def handled(stage: Stage, webhook: Webhook, leg: Leg) -> Reply:
        before = stage._kept
        reply = real(stage, webhook, leg)
        saved = stage._kept.data.to_bytes() if stage._kept is not None and stage._kept is not before else None
        known = before.data.to_bytes() if before is not None else None
        recorder.handled(Handled(stage.script, webhook, reply, known, saved))
        return reply

    with patch.object(Stage, "_handled", handled):
        yield


def safety(flow: Compiled, history: History, name: str) -> Safety:
    return Safety(Runnable(flow, f"https://calls.example.com/{name}"), history, name)
