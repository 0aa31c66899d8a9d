"""Where in a script each part of a draft was written."""

from __future__ import annotations

from nccodsl.base.source import Span

Path = tuple[str | int, ...]
"""From the root of a draft through its keys and indices."""


class Places:
    """JSON paths to the spans of the name and of the value there."""

    __slots__ = ("end", "names", "statement", "values", "whole")

    def __init__(self, whole: Span, statement: Span | None = None, end: int | None = None) -> None:
        self.whole = whole
        self.statement = statement
        """The whole statement, if it is one."""
        self.end = end
        """Where one more option can be written."""
        self.names: dict[Path, Span] = {}
        self.values: dict[Path, Span] = {}

    def put(self, path: Path, name: Span, value: Span) -> None:
        self.names[path] = name
        self.values[path] = value

    def find(self, path: Path, at_name: bool) -> Span:
        """The span for a path, or that of the nearest part around it."""
        spans = self.names if at_name else self.values
        for length in range(len(path), 0, -1):
            if path[:length] in spans:
                return spans[path[:length]]
        return self.whole
