"""The documents that are open in the client: their texts, and what they read from each other and from disk."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

from lsprotocol import types
from pygls.uris import to_fs_path

import nccodsl.std
from nccodsl.analysis.modules import Reader
from nccodsl.editor.document import Document
from nccodsl.editor.ncco_document import ENDINGS, NccoDocument
from nccodsl.editor.text_edits import TextEdit
from nccodsl.editor.text_lines import TextLines, Unit
from nccodsl.errors import CannotRead
from nccodsl.io.files import read_text, reader_for
from nccodsl.lsp.last_tests import LastTests
from nccodsl.std import is_library, read_library

_JSON = ("json", "jsonc")


class OpenDocument:
    """A document, its address and version, and the files that it has read.

    `revision` grows whenever its findings may have changed.
    """

    def __init__(self, uri: str, version: int, language: str, text: str, documents: OpenDocuments) -> None:
        self.uri, self.version, self.revision = uri, version, documents.next_revision()
        self._documents = documents
        self.path = path_of(uri)
        self.reads: set[str] = set()
        self.tests = LastTests()
        name = self.path or uri
        self.document: Document | NccoDocument
        if language in _JSON or name.endswith(ENDINGS):
            self.document = NccoDocument(name, text)
        else:
            self.document = Document(name, text, documents.reader(self))

    @property
    def result_id(self) -> str:
        """What stands for its diagnostics as they are now."""
        return f"{self.revision}.{self.tests.revision}"

    @property
    def is_judged(self) -> bool:
        """Whether it is a script, or JSON that is an NCCO or a call body by its name."""
        return isinstance(self.document, Document) or self.document.name.endswith(ENDINGS)

    def forget(self) -> None:
        """A file that it includes has changed."""
        self.reads.clear()
        self.revision = self._documents.next_revision()
        if isinstance(self.document, Document):
            self.document.forget()


class OpenDocuments:
    """All open documents by their addresses. `unit`: what columns count, as the client has agreed to."""

    def __init__(self) -> None:
        self._open: dict[str, OpenDocument] = {}
        self._revisions = count(1)
        self.unit: Unit = "utf-16"

    def next_revision(self) -> int:
        """A number that no document has had."""
        return next(self._revisions)

    def __iter__(self) -> Iterator[OpenDocument]:
        return iter(list(self._open.values()))

    def get(self, uri: str) -> OpenDocument | None:
        """An open document."""
        return self._open.get(uri)

    def scripts_beside(self, opened: OpenDocument) -> tuple[Document, ...]:
        """The other scripts that are open."""
        return tuple(one.document for one in self if one is not opened and isinstance(one.document, Document))

    def open(self, item: types.TextDocumentItem) -> list[OpenDocument]:
        """Open a document, anew if it is open; it, and those that include it."""
        opened = OpenDocument(item.uri, item.version, item.language_id, item.text, self)
        self._open[item.uri] = opened
        return [opened, *self.changed(opened.path)]

    def change(
        self, uri: str, version: int | None, changes: Sequence[types.TextDocumentContentChangeEvent]
    ) -> list[OpenDocument]:
        """Apply edits in their order; the document, and those that include it. None where it is not open."""
        opened = self._open.get(uri)
        if opened is None:
            return []
        for change in changes:
            document = opened.document
            at = getattr(change, "range", None)
            start, end = 0, len(document.text)
            if at is not None:
                start, end = sorted((self.offset(document.lines, at.start), self.offset(document.lines, at.end)))
            document.edit(start, end, change.text)
            opened.tests.edited(TextEdit(start, end, change.text), document.name)
        opened.version = version if version is not None else opened.version
        opened.revision = self.next_revision()
        return [opened, *self.changed(opened.path)]

    def close(self, uri: str) -> list[OpenDocument]:
        """Close a document; those that include it read the file again."""
        closed = self._open.pop(uri, None)
        return self.changed(closed.path) if closed is not None else []

    def changed(self, path: str | None) -> list[OpenDocument]:
        """The documents that have read a file, which has changed."""
        if path is None:
            return []
        real = os.path.realpath(path)
        found = [one for one in self if real in one.reads]
        for one in found:
            one.forget()
        return found

    def offset(self, lines: TextLines, position: types.Position) -> int:
        """The offset of a position of the client; those beyond the text are its end."""
        return lines.offset(position.line, position.character, self.unit)

    # ---- files

    def reader(self, opened: OpenDocument) -> Reader | None:
        """What reads the includes of a document: open documents first, then files. None without a path."""
        if opened.path is None:
            return None

        def read_file(target: str) -> str:
            opened.reads.add(target)
            return self._text_of(target)

        return reader_for(opened.path, opened.path, read_file)

    def _text_of(self, real: str) -> str:
        """The text of a file by its real path. Raises CannotRead."""
        for one in self._open.values():
            if one.path is not None and os.path.realpath(one.path) == real:
                return one.document.text
        return read_text(real)

    def uri_of(self, name: str) -> str:
        """The address of a file of a script by its name."""
        if is_library(name):
            name = str(Path(nccodsl.std.__file__).parent.joinpath(*name.strip("<>").split("/")[1:]))
        for one in self._open.values():
            if one.document.name == name:
                return one.uri
        return Path(name).absolute().as_uri()

    def lines_of(self, name: str) -> TextLines:
        """The lines of a file of a script by its name; an empty text where it cannot be read."""
        for one in self._open.values():
            if one.document.name == name:
                return one.document.lines
        try:
            return TextLines(read_library(name)[1] if is_library(name) else self._text_of(os.path.realpath(name)))
        except CannotRead:
            return TextLines("")


def path_of(uri: str) -> str | None:
    """The path of a file; None for any other document."""
    if not uri.startswith("file:"):
        return None
    try:
        path = to_fs_path(uri)
    except (ValueError, TypeError):
        return None
    return path if path and "\x00" not in path else None
