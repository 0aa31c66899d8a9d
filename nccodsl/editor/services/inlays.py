"""What an editor shows between the lines: how long a prompt takes, and durations in seconds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from nccodsl.analysis.item_walks import action_of, every_item
from nccodsl.analysis.program import ActionItem, Hole, Item, RetryRule, WaitItem
from nccodsl.base.record import Record
from nccodsl.editor.document import Document
from nccodsl.editor.node_path import every_node
from nccodsl.emulator.personas.speech_length import seconds_to_say
from nccodsl.syntax import ast

InlayKind = Literal["speech", "durations"]
DEFAULT_INLAYS: Mapping[InlayKind, bool] = {"speech": True, "durations": True}
"""The kinds of hints, and whether they are shown by default."""


class Inlay(Record):
    """A hint behind an offset, and what explains it."""

    at: int
    kind: InlayKind
    label: str
    tooltip: str


def inlays(document: Document, start: int, end: int, shown: Mapping[InlayKind, bool] = DEFAULT_INLAYS) -> list[Inlay]:
    """The hints of the kinds that are `shown`, for a part of a document."""
    found: list[Inlay] = []
    if shown.get("speech"):
        found += _speech(document)
    if shown.get("durations"):
        found += _durations(document)
    return sorted((one for one in found if start <= one.at <= end), key=lambda one: one.at)


def _speech(document: Document) -> Iterator[Inlay]:
    program = document.checked.program
    seen: set[int] = set()
    for item in every_item(program.steps, program.handlers):
        for action in _talks(item):
            span = action.places.values.get(("text",))
            if span is None or (place := document.place_of(span)).name != document.name or place.end in seen:
                continue
            seen.add(place.end)
            said = _seconds(action.draft.get("text"), action.draft.get("loop", 1))
            if said is not None:
                yield Inlay(place.end, "speech", *said)


def _talks(item: Item) -> Iterator[ActionItem]:
    """What an item says."""
    action = action_of(item)
    if action is not None and action.kind == "talk":
        yield action
    if isinstance(item, WaitItem) and isinstance(item.retry, RetryRule):
        yield from item.retry.says


def _seconds(text: object, loop: object) -> tuple[str, str] | None:
    """How long a text takes, and what that counts. None where nothing of it is known."""
    pieces = text.pieces if isinstance(text, Hole) else (text,)
    words = [piece for piece in pieces or () if isinstance(piece, str)]
    if not "".join(words).strip() or loop == 0:
        return None
    times = loop if isinstance(loop, int) and not isinstance(loop, bool) else 1
    seconds = seconds_to_say("".join(words)) * times
    if isinstance(text, Hole):
        return f"> {seconds:.1f} s", "How long the voice takes, without the values in it"
    return f"{seconds:.1f} s", "How long the voice takes, estimated"


def _durations(document: Document) -> Iterator[Inlay]:
    """Durations that are not written in seconds alone."""
    for item in document.tree.items:
        for node in every_node(item):
            if isinstance(node, ast.Duration) and not _is_plain(node.text):
                place = document.place_of(node.span)
                seconds = node.milliseconds / 1000
                yield Inlay(place.end, "durations", f"= {seconds:g} s", "The duration in seconds")


def _is_plain(text: str) -> bool:
    return text.endswith("s") and not text.endswith("ms") and text[:-1].replace(".", "", 1).isdigit()
