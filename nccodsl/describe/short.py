"""The words on the nodes and edges of a graph: the statements of the script, short and on one line."""

from __future__ import annotations

import json
import re
from typing import Any

from nccodsl.analysis.program import ActionItem, AssignItem, CallItem, Hole, LoopItem, WaitItem
from nccodsl.describe.phrases import Saying
from nccodsl.diagnostics.printers.text import safe
from nccodsl.voice.forms import is_ssml

ENDS = "the call ends"
BEGINS = "the call begins"

LONGEST_TEXT = 60
LONGEST_VALUE = 72
LONGEST_LABEL = 60
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_LOOSE = re.compile(r"(?<! ) +([.,;:!?](?:\s|$))")
"""A full stop that a tag stood before."""
_WORD_LOST = 12
"""How much a text may lose so that it is cut between two words."""


class Words:
    """Short sentences. No template is filled in: what a graph shows is what the script says, never a value."""

    def __init__(self) -> None:
        self._say = Saying(None, frozenset())

    def short(self, value: object, most: int = LONGEST_VALUE) -> str:
        """A value on one line, cut where it is long."""
        text = self._say.value(value)
        if len(text) > most:
            cut = text[: most - 1]
            space = cut.rfind(" ")
            text = (cut[:space] if space >= most - _WORD_LOST else cut).rstrip() + "…"
        return safe(text)

    def call(self, item: CallItem | None) -> str:
        """Where the call begins."""
        to = item.draft.get("to") if item is not None else None
        if not to:
            return BEGINS
        return f"calls {', '.join(self._endpoint(one) for one in (to if isinstance(to, list) else [to]))}"

    def action(self, item: ActionItem) -> str:
        """One action: `says “Hello”`, `waits 2 s`."""
        if item.kind is None:
            return f"does {self.short(item.draft.get('action'))} (raw)"
        tell = getattr(self, f"_{item.kind}", None)
        return str(tell(item.draft)) if tell is not None else f"does {item.kind}"

    def wait(self, item: WaitItem) -> str:
        """What the call waits for; what the answer is called stands on the edge that brings it."""
        return self.action(item.action) if item.action is not None else f"fetches {self.short(item.url)}"

    def assign(self, item: AssignItem) -> str:
        return f"set {item.name} = {self._literal(item.value)}"

    def loop(self, item: LoopItem) -> str:
        return f"for {item.name} in {self._literal(item.items)}"

    def test(self, hole: Hole, *, first: bool) -> str:
        return f"{'if' if first else 'elif'} {self.short(hole)}"

    def matches(self, matches: tuple[object, ...]) -> str:
        """What stands behind `on`: keys and words without their quotes."""
        shown = [m.removeprefix(":") if isinstance(m, str) else self._say.value(m) for m in matches]
        return self.short(", ".join(shown), LONGEST_LABEL)

    def _literal(self, value: object) -> str:
        """A value as the script writes it: texts in quotes, lists in brackets."""
        if isinstance(value, Hole) and not value.is_text:
            return self.short(value)
        return self.short(json.dumps(value, ensure_ascii=False, default=self._say.value))

    def _endpoint(self, endpoint: object) -> str:
        kind = "phone " if isinstance(endpoint, dict) and endpoint.get("type") == "phone" else ""
        return f"{kind}{self.short(self._say.endpoint(endpoint))}"

    # ---- the actions

    def _talk(self, draft: dict[str, Any]) -> str:
        text = self._say.value(draft.get("text"))
        if is_ssml(text):
            text = _LOOSE.sub(r"\1", _TAG.sub(" ", text))
        return f"says “{self.short(text, LONGEST_TEXT)}”{self._times(draft)}"

    def _stream(self, draft: dict[str, Any]) -> str:
        return f"plays {self.short(draft.get('streamUrl'))}{self._times(draft)}"

    def _times(self, draft: dict[str, Any]) -> str:
        loop = draft.get("loop", 1)
        return "" if loop == 1 else " for ever" if loop == 0 else f" {self.short(loop)} times"

    def _record(self, draft: dict[str, Any]) -> str:
        return "records"

    def _connect(self, draft: dict[str, Any]) -> str:
        endpoints = draft.get("endpoint")
        return f"connects {self._endpoint(endpoints[0] if isinstance(endpoints, list) and endpoints else endpoints)}"

    def _conversation(self, draft: dict[str, Any]) -> str:
        return f"joins the conference “{self.short(draft.get('name'))}”"

    def _input(self, draft: dict[str, Any]) -> str:
        kinds = draft.get("type")
        names = {"dtmf": "keys", "speech": "speech"}
        asked = [name for kind, name in names.items() if not isinstance(kinds, list) or kind in kinds]
        # An address of the script's own is told of the answer, and what it says then happens.
        told = f", tells {self.short(draft['eventUrl'])}" if "eventUrl" in draft else ""
        return f"asks for {' or '.join(asked)}{told}"

    def _notify(self, draft: dict[str, Any]) -> str:
        return f"notifies {self.short(draft.get('eventUrl'))}"

    def _wait(self, draft: dict[str, Any]) -> str:
        return f"waits {self.short(draft.get('timeout', 10))} s"
