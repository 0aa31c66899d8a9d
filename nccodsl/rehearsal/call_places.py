"""Where in the script a running call is: step and line of what is being done and heard."""

from __future__ import annotations

import re
from collections import deque

from nccodsl.analysis.item_walks import walk
from nccodsl.analysis.program import ActionItem
from nccodsl.base.record import Record
from nccodsl.base.source import Span
from nccodsl.emulator.core.timeline import TimelineEntry
from nccodsl.errors import RenderError
from nccodsl.lowering.blocks import Block, Wait, step_in_words
from nccodsl.lowering.holes import Failed
from nccodsl.rehearsal.stage import Stage
from nccodsl.rehearsal.wildcards import pieces_of, wildcard
from nccodsl.runtime.walk import Walk
from nccodsl.voice.catalogue import catalogue


class Place(Record):
    """A line of the script, and the step that it stands in."""

    step: str
    file: str
    line: int
    text: str

    @property
    def at(self) -> str:
        """`ivr.call:4`."""
        return f"{self.file}:{self.line}"


class CallPlaces:
    """Follows the timeline of a call: each entry is asked about once, in order. `current` is where the call is."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._steps: dict[Span, str] = {}
        self._fetches: list[tuple[re.Pattern[str], int, Place]] = []
        self._items: list[ActionItem | None] | None = None
        self._next = 0
        # With barge-in all prompts are begun at once, and heard one after the other.
        self._sounds: deque[Place | None] = deque()
        self._sounding: TimelineEntry | None = None
        self.current: Place | None = None
        for block in stage.flow.blocks.values():
            self._learn(block)

    def of(self, entry: TimelineEntry) -> Place | None:
        """The place that an entry belongs to."""
        if entry.leg != self._stage.leg.name:
            return self.current
        event = entry.data.get("event")
        if event == "takeover":
            self._items = None
            self._sounds.clear()
        elif event == "fetch":
            self.current = self.fetch(entry.data["url"]) or self.current
        elif entry.kind == "action":
            self._act(entry)
        elif entry.kind == "hears" and entry.data.get("source") == "NCCO" and self._sounds:
            self._sounding = entry
            return self._sounds.popleft()
        return self.current

    def fetch(self, url: str) -> Place | None:
        """The `fetch` that asks an address, as far as its text tells."""
        fitting = [(length, place) for pattern, length, place in self._fetches if pattern.fullmatch(url)]
        return max(fitting, key=lambda found: found[0])[1] if fitting else None

    def _act(self, entry: TimelineEntry) -> None:
        if self._sounding is not None and self._sounding.cut:
            self._sounds.clear()
        if self._items is None:
            self._items = self._played()
            self._next = 0
        item = self._items[self._next] if self._next < len(self._items) else None
        self._next += 1
        if item is not None:
            self.current = self._place(item.span, self._steps.get(item.span, ""))
        if entry.data.get("action") in catalogue().playing:
            self._sounds.append(self.current)

    def _played(self) -> list[ActionItem | None]:
        """The statements of the NCCO that is being played."""
        moves = self._stage.moves
        if not moves:
            return []
        try:
            return Walk(self._stage.script, moves[-1].state).run(trace=True).items or []
        except (Failed, RenderError):
            return []

    def _learn(self, block: Block) -> None:
        for item in walk(block.parts):
            if isinstance(item, ActionItem):
                self._steps[item.span] = block.step
        if not isinstance(block.transition, Wait):
            return
        item, retry = block.transition.item, block.transition.retry
        for action in (item.action, *(retry.says if retry is not None else ())):
            if action is not None:
                self._steps[action.span] = block.step
        if item.what == "fetch" and item.request is not None:
            pattern, length = _pattern(item.request.url)
            self._fetches.append((pattern, length, self._place(item.span, block.step)))

    def _place(self, span: Span, step: str) -> Place:
        file = self._stage.flow.program.sources.file_of(span)
        line = file.line_column(span.start)[0]
        shown = f"on {step[3:]}" if step.startswith("on.") else step_in_words(step)
        return Place(shown, file.name, line, file.line(line))


def _pattern(url: object) -> tuple[re.Pattern[str], int]:
    """What addresses a `fetch` may ask, and how many characters of them the script says."""
    pieces = pieces_of(url)
    literal = sum(len(piece) for piece in pieces if isinstance(piece, str))
    return wildcard(pieces), literal
