"""A script that is open in an editor."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

from nccodsl.analysis.advice import report_advice
from nccodsl.analysis.analyse import Checked, analyse
from nccodsl.analysis.modules import Reader
from nccodsl.base.garbage import collector_paused
from nccodsl.base.source import Sources, Span
from nccodsl.diagnostics import Diagnostic
from nccodsl.editor.text_lines import TextLines
from nccodsl.syntax import ast


class FilePlace(NamedTuple):
    """A part of a file, by the name of the file: offsets in characters of its text, the end exclusive."""

    name: str
    start: int
    end: int


class Document:
    """A script that is open in an editor: its text as it is now, and what that means.

    Nodes and findings have spans on a number line of their own: `place_of` and `position_of` lead from there to the
    text and back. What was asked for before an edit is stale after it.
    """

    def __init__(self, name: str, text: str, reader: Reader | None = None) -> None:
        """`name` is that of the file, as messages show it; `reader` reads what it includes."""
        self.name = name
        self._text = text
        self._reader = reader

    @property
    def text(self) -> str:
        """The text."""
        return self._text

    def edit(self, start: int, end: int, text: str) -> None:
        """Replace what stands between two offsets."""
        self._text = self._text[:start] + text + self._text[end:]
        self.forget()

    def forget(self) -> None:
        """Drop what is known: the text, or a file that it includes, has changed."""
        for name in ("lines", "checked", "findings"):
            self.__dict__.pop(name, None)

    @cached_property
    def lines(self) -> TextLines:
        """The lines of the text."""
        return TextLines(self._text)

    @cached_property
    def checked(self) -> Checked:
        """What the analysis made of it, as for `nccodsl check`."""
        sources = Sources()
        with collector_paused():
            checked = analyse(sources, sources.add(self.name, self._text), self._reader, "v2")
            report_advice(checked)
        return checked

    @cached_property
    def findings(self) -> list[Diagnostic]:
        """The errors and warnings, in the order of their places; some may be about files that it includes."""
        return self.checked.collector.sorted()

    @property
    def tree(self) -> ast.Script:
        """The syntax tree of its own text. What cannot be read is not in it."""
        return self.checked.trees[self.name]

    def place_of(self, span: Span) -> FilePlace:
        """The file that a span lies in, and where."""
        file = self.checked.collector.sources.file_of(span)
        return FilePlace(file.name, span.start - file.base, span.end - file.base)

    def position_of(self, offset: int) -> int:
        """What stands for an offset of the text in the spans of nodes."""
        file = self.checked.collector.sources.files[0]
        return file.base + offset
