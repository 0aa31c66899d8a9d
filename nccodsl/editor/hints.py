"""The hints of an editor that need no call: how long a text takes, what it says, defaults, durations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from nccodsl.analysis.item_walks import action_of, every_item
from nccodsl.analysis.program import ActionItem, Hole, Item, RetryRule, WaitItem
from nccodsl.base.source import Span
from nccodsl.editor.document import Document
from nccodsl.editor.node_path import every_node
from nccodsl.editor.values_of_tests import said_with_values
from nccodsl.emulator.personas.speech_length import seconds_to_say, spoken_words
from nccodsl.syntax import ast

_LONGEST = 60
"""Characters of a text that are shown."""


class Hint(NamedTuple):
    """What is shown behind an offset, and what explains it."""

    at: int
    label: str
    tooltip: str


def _talks(document: Document, start: int, end: int) -> Iterator[tuple[ActionItem, int]]:
    """What is said in a part of a document, each with where its text ends."""
    program = document.checked.program
    seen: set[int] = set()
    for item in every_item(program.steps, program.handlers):
        for action in _said(item):
            span = action.places.values.get(("text",))
            if span is None or (place := document.place_of(span)).name != document.name:
                continue
            if start <= place.end <= end and place.end not in seen:
                seen.add(place.end)
                yield action, place.end


def _said(item: Item) -> Iterator[ActionItem]:
    action = action_of(item)
    if action is not None and action.kind == "talk":
        yield action
    if isinstance(item, WaitItem) and isinstance(item.retry, RetryRule):
        yield from item.retry.says


def speech_hints(document: Document, start: int, end: int) -> Iterator[Hint]:
    """How long texts take to say."""
    for action, at in _talks(document, start, end):
        said = _seconds(document, action.draft.get("text"), action.draft.get("loop", 1))
        if said is not None:
            yield Hint(at, *said)


def _seconds(document: Document, text: object, loop: object) -> tuple[str, str] | None:
    """How long a text takes, and what that counts. None where nothing of it is known, and of an endless one."""
    if loop == 0:
        return None
    times = loop if isinstance(loop, int) and not isinstance(loop, bool) else 1
    if not isinstance(text, Hole):
        words = str(text or "")
        shown = f"{seconds_to_say(words) * times:.1f} s"
        return (shown, "How long the voice takes, estimated") if words.strip() else None
    if lengths := sorted(seconds_to_say(one) * times for one in said_with_values(document, text)):
        low, high = f"{lengths[0]:.1f}", f"{lengths[-1]:.1f}"
        if low == high:
            return f"~ {low} s", "How long the voice takes, with the values of the first test or the defaults"
        return f"{low}-{high} s", "How long the voice takes, with the values of the tests"
    words = "".join(piece for piece in text.pieces or () if isinstance(piece, str))
    if not words.strip():
        return None
    return f"> {seconds_to_say(words) * times:.1f} s", "How long the voice takes, without the values in it"


def rendered_hints(document: Document, start: int, end: int) -> Iterator[Hint]:
    """What texts with templates say with the values of the first test."""
    for action, at in _talks(document, start, end):
        text = action.draft.get("text")
        said = said_with_values(document, text)[:1] if isinstance(text, Hole) else []
        for words in map(spoken_words, said):
            shown = words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
            yield Hint(at, f"“{shown}”", f"With the values of the first test, or the defaults:\n\n{words}")


def duration_hints(document: Document, start: int, end: int) -> Iterator[Hint]:
    """Durations that are not written in seconds alone."""
    for item in document.tree.items:
        whole = document.place_of(item.span)
        for node in every_node(item) if whole.start <= end and whole.end >= start else ():
            if isinstance(node, ast.Duration) and not _is_plain(node.text):
                at = document.place_of(node.span).end
                if start <= at <= end:
                    yield Hint(at, f"= {node.milliseconds / 1000:g} s", "The duration in seconds")


def _is_plain(text: str) -> bool:
    return text.endswith("s") and not text.endswith("ms") and text[:-1].replace(".", "", 1).isdigit()


def default_hints(document: Document, start: int, end: int) -> Iterator[Hint]:
    """The options that statements have from a `defaults` line."""
    trees = document.checked.trees.values()
    lines = [node for tree in trees for node in tree.items if isinstance(node, ast.Defaults)]
    given = {option.value.span: option for line in lines for option in line.options}
    program = document.checked.program
    for item in every_item(program.steps, program.handlers) if given else ():
        action = action_of(item)
        if action is None or action.places.end is None:
            continue
        place = document.place_of(Span(action.places.end, action.places.end))
        if place.name != document.name or not start <= place.end <= end:
            continue
        taken = {span: given[span] for span in action.places.values.values() if span in given}
        if taken:
            shown = (document.checked.collector.sources.file_of(one.span).slice(one.span) for one in taken.values())
            yield Hint(place.end, " ".join(shown), f"From `defaults {action.kind}`")
