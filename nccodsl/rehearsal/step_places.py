"""Which step a place in the text of a script belongs to."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from nccodsl.base.source import Span
from nccodsl.lowering.compiled import Compiled


class StepPlaces:
    """Where the blocks of a flow begin, in the order of the text, and their steps."""

    def __init__(self, flow: Compiled) -> None:
        ordered = sorted(flow.blocks.values(), key=lambda block: block.span.start)
        self._starts = [block.span.start for block in ordered]
        self._steps = [block.step for block in ordered]

    def at(self, span: Span) -> Iterator[str]:
        """The step that a span begins in; nothing before the first."""
        if number := bisect_right(self._starts, span.start):
            yield self._steps[number - 1]
