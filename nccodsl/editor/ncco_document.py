"""A JSON document that is open in an editor: an NCCO, or the body of a call."""

from __future__ import annotations

from functools import cached_property

from nccodsl.base.source import Span
from nccodsl.diagnostics import Diagnostic
from nccodsl.documents.validate import validate_text
from nccodsl.editor.document import FilePlace
from nccodsl.editor.text_lines import TextLines

ENDINGS = (".ncco.json", ".call.json")
"""How the names of files end that are judged when an editor opens them."""


class NccoDocument:
    """JSON in an editor, with what `nccodsl validate` says of it. All spans are offsets of the text."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self._text = text

    @property
    def text(self) -> str:
        """The text."""
        return self._text

    def edit(self, start: int, end: int, text: str) -> None:
        """Replace what stands between two offsets."""
        self._text = self._text[:start] + text + self._text[end:]
        for name in ("lines", "findings"):
            self.__dict__.pop(name, None)

    @cached_property
    def lines(self) -> TextLines:
        """The lines of the text."""
        return TextLines(self._text)

    @cached_property
    def findings(self) -> list[Diagnostic]:
        """The errors and warnings, in the order of their places."""
        return validate_text(self.name, self._text)

    def place_of(self, span: Span) -> FilePlace:
        """Where a span lies: always in the text itself."""
        return FilePlace(self.name, span.start, span.end)
