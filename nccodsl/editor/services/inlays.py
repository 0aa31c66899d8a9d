"""What an editor shows between the lines: seconds, durations, defaults, and what calls and tests make of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from nccodsl.base.record import Record
from nccodsl.editor.document import Document
from nccodsl.editor.hints import Hint, default_hints, duration_hints, rendered_hints, speech_hints
from nccodsl.editor.hints_of_calls import reached_hints
from nccodsl.editor.hints_of_tests import taken_hints

InlayKind = Literal["speech", "durations", "rendered", "defaults", "reached", "tests"]
DEFAULT_INLAYS: Mapping[InlayKind, bool] = {
    "speech": True,
    "durations": True,
    "rendered": False,
    "defaults": False,
    "reached": False,
    "tests": False,
}
"""The kinds of hints, and whether they are shown by default."""
_HINTS: Mapping[InlayKind, Callable[[Document, int, int], Iterator[Hint]]] = {
    "speech": speech_hints,
    "durations": duration_hints,
    "rendered": rendered_hints,
    "defaults": default_hints,
    "reached": reached_hints,
    "tests": taken_hints,
}


class Inlay(Record):
    """A hint behind an offset, and what explains it."""

    at: int
    kind: InlayKind
    label: str
    tooltip: str


def inlays(document: Document, start: int, end: int, shown: Mapping[InlayKind, bool] = DEFAULT_INLAYS) -> list[Inlay]:
    """The hints of the kinds that are `shown`, for a part of a document."""
    wanted = [kind for kind in _HINTS if shown.get(kind)]
    found = (Inlay(hint.at, kind, *hint[1:]) for kind in wanted for hint in _HINTS[kind](document, start, end))
    return sorted(found, key=lambda one: one.at)
