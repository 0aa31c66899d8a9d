"""The lines of a script at which a debugger can stop."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator

from nccodsl.analysis.item_walks import walk
from nccodsl.analysis.program import ActionItem
from nccodsl.base.source import SourceFile, Span
from nccodsl.lowering.blocks import Wait
from nccodsl.lowering.compiled import Compiled

_NOWHERE = "nothing is heard, done or asked on this line; set it on a line such as `talk` or `input`"
_DECLARATIONS = ("step ", "dialog ", "test ", "call ")


class LineStops:
    """The lines of one file of a script at which something is heard, done, asked or fetched."""

    def __init__(self, flow: Compiled, file: SourceFile) -> None:
        self._file = file
        inside = [span for span in _spans(flow) if file.base <= span.start <= file.base + len(file.text)]
        lines = sorted({(file.line_column(one.start)[0], file.line_column(one.end)[0]) for one in inside})
        self._starts = [start for start, _ in lines]
        self._ends = [end for _, end in lines]

    def at_or_after(self, line: int) -> int | None:
        """The line at which a breakpoint on `line` stops; None where nothing happens there."""
        if not 1 <= line <= self._file.line_count:
            return None
        number = bisect_right(self._starts, line) - 1
        if number >= 0 and (self._starts[number] == line or self._within(number, line)):
            return self._starts[number]
        first = self._file.line(line).strip()
        if "->" in first and not first.endswith("{"):
            return None
        following = self._starts[number + 1] if number + 1 < len(self._starts) else None
        between = range(line + 1, following or 0)
        if any(self._file.line(one).startswith(_DECLARATIONS) for one in between):
            return None
        return following

    def _within(self, number: int, line: int) -> bool:
        """Whether a line continues a statement, and does not stand in one of its branches."""
        return line <= self._ends[number] and not any(
            self._file.line(one).rstrip().endswith("{") for one in range(self._starts[number], line)
        )


def stop_line(flow: Compiled | None, absolute: Callable[[str], str], path: str, line: int) -> tuple[int | None, str]:
    """The line at which a breakpoint of a file stops, or None and why it does not; `absolute`: one name a file."""
    if flow is None:
        return None, "no script is launched yet"
    file = next((file for file in flow.program.sources.files if absolute(file.name) == absolute(path)), None)
    if file is None:
        return None, f"{flow.name} does not include this file"
    found = LineStops(flow, file).at_or_after(line)
    return found, _NOWHERE if found is None else ""


def _spans(flow: Compiled) -> Iterator[Span]:
    for block in flow.blocks.values():
        yield from (item.span for item in walk(block.parts) if isinstance(item, ActionItem))
        if isinstance(wait := block.transition, Wait):
            if wait.item.action is not None:
                yield wait.item.action.span
            elif wait.item.what == "fetch":
                yield wait.item.span
            yield from (one.span for one in (wait.retry.says if wait.retry is not None else ()) if one is not None)
