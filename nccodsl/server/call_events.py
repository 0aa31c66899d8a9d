"""What a debugger that watches calls sees of a webhook: where the call is, what it knows, what went wrong."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

from nccodsl.base.ids import id_in
from nccodsl.base.source import SourceFile, Span
from nccodsl.base.text_hash import text_hash
from nccodsl.base.utc import utc_text
from nccodsl.errors import RenderError
from nccodsl.lowering.block_frames import BlockFrame, frames_at
from nccodsl.lowering.blocks import step_in_words
from nccodsl.lowering.holes import Failed
from nccodsl.runtime.call_place import CallPlace, call_place, names_in_block
from nccodsl.runtime.history import to_json_line
from nccodsl.runtime.redaction import LARGE, withheld
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.state import State
from nccodsl.server.driver import Handled
from nccodsl.server.handled_entries import HandledEntries, leg_of
from nccodsl.server.log import problem_of
from nccodsl.server.state_key import space_of
from nccodsl.std import is_library

FORMAT = 1
"""The version of the events."""
LARGEST_EVENT = 32 * 1024
"""Bytes of one event; where it takes more, its values are left out, and then its lines."""
_MOST_LINES = 200
_LONGEST_NAME = 200
# Characters of the name of a frame, which may be a line of the script.


class CallEvents:
    """Makes events of webhooks, and describes the files of scripts."""

    def __init__(self) -> None:
        self._entries = HandledEntries()
        self._hashes: dict[tuple[str, str], dict[str, str]] = {}

    def of(self, handled: Handled, received: float) -> bytes | None:
        """The event of a webhook as a line of JSON; None for one that changes no call. `received` is a Unix time."""
        entry = self._entries.of(handled)
        if entry is None and not handled.reply.code:
            return None
        event: dict[str, Any] = {"type": "webhook", "time": utc_text(received), **self._facts(handled)}
        if entry is not None:
            event |= {
                "kind": entry.kind,
                "given": entry.given,
                "begins": entry.begins,
                "ended": entry.ended,
                "path": [list(mark) for mark in entry.path],
            }
        state = _state_of(handled)
        if state is not None:
            event |= self._place(handled, state)
        line = to_json_line(event)
        for less in (_without_values, _without_lines):
            if len(line) > LARGEST_EVENT:
                event = less(event)
                line = to_json_line(event)
        return line

    def script(self, script: Runnable) -> dict[str, Any]:
        """A script that is served, with its version and its files."""
        files = [file for file in script.flow.program.sources.files if not is_library(file.name)]
        return {"flow": space_of(script)[:-1], "version": script.version, "files": self._files(script, files)}

    def _facts(self, handled: Handled) -> dict[str, Any]:
        script, webhook, reply = handled.script, handled.webhook, handled.reply
        leg = id_in(leg_of(webhook))
        return {
            "flow": space_of(script)[:-1],
            "version": script.version,
            "call": id_in(reply.key) or leg,
            "leg": leg,
            "conversation": id_in(webhook.payload.get("conversation_uuid")),
            "route": webhook.route,
            "kind": "",
            "status": reply.status,
            "moved": reply.moved,
            "ended": reply.ended,
            "code": reply.code,
            "problem": problem_of(reply.code, reply.problem) if reply.code else "",
            "place": reply.place,
        }

    def _place(self, handled: Handled, state: State) -> dict[str, Any]:
        """The frames, the lines that are played, and the names."""
        script = handled.script
        try:
            place = call_place(script, state)
        except (Failed, RenderError):
            return {}
        sources = script.flow.program.sources
        found = handled.reply.found
        failed = found.span if found is not None and found.file is not None and found.file in sources.files else None
        at = failed or place.span
        frames = frames_at(script.flow, place.block, at) if at is not None else []
        lines = _lines(script, (*place.played[-_MOST_LINES:], *((failed,) if failed else ())))
        files = {file.name: file for file in (*(one.file for one in frames), *(file for file, _ in lines))}
        return {
            "frames": [_frame(one) for one in frames],
            "lines": [[file.name, line] for file, line in lines],
            "files": self._files(script, files.values()),
            "names": self._names(script, state, place),
            "visits": {step_in_words(step): count for step, count in place.visits.items()},
        }

    def _names(self, script: Runnable, state: State, place: CallPlace) -> dict[str, object]:
        private, redactor = self._entries.private(script), self._entries.redactor(script, state)
        return {
            known: withheld(value) if name in private.names else redactor.clean(value)
            for known, name, value in names_in_block(script, place.block, place.scope)
            if name not in private.unread
        }

    def _files(self, script: Runnable, files: Iterable[SourceFile]) -> list[dict[str, str]]:
        hashes = self._hashes.setdefault((script.name, script.version), {})
        while len(self._hashes) > _MOST_LINES:
            del self._hashes[next(iter(self._hashes))]
        found = []
        for file in files:
            if file.name not in hashes:
                hashes[file.name] = text_hash(file.text)
            path = file.name if is_library(file.name) else os.path.abspath(file.name)  # noqa: PTH100
            found.append({"name": file.name, "path": path, "sha256": hashes[file.name]})
        return found


def _state_of(handled: Handled) -> State | None:
    """The state behind a webhook; None where there is none."""
    data = handled.after if handled.after is not None else handled.before
    return State.from_bytes(data) if data is not None else None


def _frame(frame: BlockFrame) -> dict[str, Any]:
    return {"name": frame.name[:_LONGEST_NAME], "file": frame.file.name, "line": frame.line, "column": frame.column}


def _lines(script: Runnable, spans: Iterable[Span]) -> list[tuple[SourceFile, int]]:
    """The lines at which these begin, each once."""
    found: dict[tuple[str, int], tuple[SourceFile, int]] = {}
    for span in spans:
        file = script.flow.program.sources.file_of(span)
        line = file.line_column(span.start)[0]
        found.setdefault((file.name, line), (file, line))
    return list(found.values())


def _without_values(event: Mapping[str, Any]) -> dict[str, Any]:
    names = {name[:200]: withheld(value, LARGE) for name, value in event.get("names", {}).items()}
    return {**event, "names": names, "given": withheld(event.get("given"), LARGE)}


def _without_lines(event: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name not in ("lines", "names", "path", "visits")}
