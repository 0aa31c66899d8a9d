"""The files of translations that stand beside a script and beside what it includes."""

from __future__ import annotations

import posixpath

from nccodsl.analysis.modules import Reader
from nccodsl.analysis.tongues import Tongues
from nccodsl.base.source import SourceFile, Span
from nccodsl.diagnostics import Collector, messages
from nccodsl.errors import CannotRead
from nccodsl.std import is_library, library_translations, read_library
from nccodsl.translation.po_file import BadCatalog, PoFile, read_po

FOLDER = "locale"


class Catalog:
    """A file of translations, and where it is."""

    def __init__(self, file: SourceFile, po: PoFile) -> None:
        self.file = file
        self.po = po

    def span(self, line: int) -> Span:
        """The text at a line."""
        return self.file.line_span(line)


class Catalogs:
    """The files of one script, each read once. `paths` are those that were looked for, with what was found."""

    def __init__(self, collector: Collector, tongues: Tongues, reader: Reader | None) -> None:
        self._collector = collector
        self._tongues = tongues
        self._reader = reader
        self._known: dict[tuple[str, str], Catalog | None] = {}
        self.paths: dict[str, Catalog | None] = {}

    def beside(self, code: str, name: str) -> Catalog | None:
        """The translations that stand beside a file; None without."""
        if (code, name) not in self._known:
            self._known[code, name] = self._read(code, name)
        return self._known[code, name]

    def word(self, code: str, name: str, text: str) -> str | None:
        """The finished translation of a text, if it has one."""
        catalog = self.beside(code, name)
        known = catalog.po.translations.get(text) if catalog is not None else None
        return known.forms[0] if known is not None and known.complete and not known.fuzzy else None

    def _read(self, code: str, beside: str) -> Catalog | None:
        if is_library(beside):
            wanted = name = library_translations(code)
        else:
            wanted = f"{FOLDER}/{code}.po"
            name = posixpath.normpath(posixpath.join(posixpath.dirname(beside.replace("\\", "/")), wanted))
        if name in self.paths:
            return self.paths[name]
        reader = self._reader or (read_library if is_library(beside) else None)
        if reader is None:
            return None
        self.paths[name] = None
        try:
            _, text = reader(wanted, beside)
        except CannotRead as reason:
            if not reason.missing:
                self._collector.report(messages.translations.bad_catalog(str(reason)), self._tongues.spans[code])
            return None
        file = self._collector.sources.add(name, text)
        try:
            catalog = self.paths[name] = Catalog(file, read_po(text))
        except BadCatalog as wrong:
            self._collector.report(messages.translations.bad_catalog(wrong.why), file.line_span(wrong.line))
            return None
        return catalog
