"""A script that is open in an editor."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import NamedTuple

from nccodsl.analysis.advice import report_advice
from nccodsl.analysis.analyse import Checked, analyse, analyse_modules
from nccodsl.analysis.modules import Loader, Reader
from nccodsl.analysis.rename import renamed
from nccodsl.analysis.step_memory import StepMemory
from nccodsl.base.garbage import collector_paused
from nccodsl.base.source import SourceFile, Sources, Span
from nccodsl.diagnostics import Diagnostic, Edit, Fix
from nccodsl.diagnostics.collector import ListeningCollector
from nccodsl.diagnostics.diagnostic import Label
from nccodsl.editor.chunks import ChunkedText
from nccodsl.editor.text_lines import TextLines
from nccodsl.lowering.compiled import Compiled
from nccodsl.syntax import ast
from nccodsl.syntax.ignores import Ignores
from nccodsl.syntax.parser import parse

_INCLUDED = 1 << 63
_WHOLE = 1 << 100
"""Where included files begin on the number line, and where the text as a whole stands for findings."""


class FilePlace(NamedTuple):
    """A part of a file, by the name of the file: offsets in characters of its text, the end exclusive."""

    name: str
    start: int
    end: int


class Document:
    """A script that is open in an editor: its text as it is now, and what that means.

    Nodes and findings have spans on a number line of their own: `place_of` and `position_of` lead from there to the
    text and back. What was asked for before an edit is stale after it. An edit costs what it touches: declarations and
    steps that stay as they are keep their nodes, and what was found out about them.
    """

    def __init__(self, name: str, text: str, reader: Reader | None = None, api: str = "v2") -> None:
        """`name` is that of the file, as messages show it; `reader` reads what it includes; `api`: as for `check`."""
        self._api = api
        self.name = name
        self._reader = reader
        self.memory = StepMemory()
        self._included = _IncludedFiles()
        self._chunked = ChunkedText(name, text)
        self.text = text
        """The text."""

    def with_text(self, text: str) -> Document:
        """The same file with another text, such as one that was saved before."""
        return Document(self.name, text, self._reader, self._api)

    @property
    def parsed(self) -> int:
        """How many pieces of it were parsed since it was opened."""
        return self._chunked.parsed

    def edit(self, start: int, end: int, text: str) -> None:
        """Replace what stands between two offsets."""
        start, end = max(start, 0), min(end, len(self.text))
        self.text = self.text[:start] + text + self.text[end:]
        self._chunked.edit(start, end, text)
        self.forget()

    def forget(self) -> None:
        """Drop what is known: the text, or a file that it includes, has changed."""
        for name in ("lines", "checked", "findings", "rechecked", "flow", "_starts", "_whole"):
            self.__dict__.pop(name, None)

    @cached_property
    def lines(self) -> TextLines:
        """The lines of the text."""
        return TextLines(self.text)

    @cached_property
    def checked(self) -> Checked:
        """What the analysis made of it, as for `nccodsl check`."""
        ignores = Ignores()
        chunks = self._chunked.chunks
        collector = ListeningCollector(_DocumentSources([chunk.file for chunk in chunks], self._included), ignores)
        for chunk in chunks:
            for at in chunk.dropped:
                collector.drops(chunk.file, at)
            for one in chunk.said:
                collector.report(*one)
        items = tuple(item for chunk in chunks for item in chunk.script.items)
        complete = all(chunk.script.complete for chunk in chunks)
        first = chunks[0].file
        tree = ast.Script(Span(first.base, chunks[-1].file.base + len(chunks[-1].file.text)), items, complete)
        loader = _DocumentLoader(self._reader, collector, self._included)
        # Names that a part with syntax errors may declare are looked for in the whole text.
        loader.take(SourceFile(self.name, self.text, first.base), tree, ())
        with collector_paused():
            checked = analyse_modules(
                loader.modules, self._whole, collector, ignores, self._api, self._reader, memory=self.memory
            )
            report_advice(checked)
        return checked

    @cached_property
    def findings(self) -> list[Diagnostic]:
        """The errors and warnings, in the order of their places."""
        checked = self.checked
        for span in (span for chunk in self._chunked.chunks for span in chunk.file.hidden):
            self._whole.hide(self._in_file(span)[1])
        found = [_elsewhere(one, self._in_file) for one in checked.collector.sorted()]
        return self._in_order(found)

    def settle(self) -> bool:
        """Check the text as if it had just been opened, which takes longer; whether that changes the findings.

        The check of a whole text is the authority. Where a text has syntax errors, it may say otherwise where they end.
        """
        checked = self.rechecked
        sources, before = checked.collector.sources, self.findings
        main = sources.files[0]

        def to(span: Span) -> tuple[SourceFile, Span]:
            file = sources.file_of(span)
            there = self._whole if file is main else self._included.file(file.name, file.text)
            return there, Span(span.start - file.base + there.base, span.end - file.base + there.base)

        found = self._in_order([_elsewhere(one, to) for one in checked.collector.sorted()])
        self.__dict__["findings"] = found
        return list(map(_told, found)) != list(map(_told, before))

    @cached_property
    def rechecked(self) -> Checked:
        """What a check of the whole text says, with places on a number line of its own."""
        sources = Sources()
        with collector_paused():
            checked = analyse(sources, sources.add(self.name, self.text), self._reader, self._api)
            report_advice(checked)
        return checked

    @cached_property
    def flow(self) -> Compiled | None:
        """The script, compiled from that check; None where it has errors."""
        if self.rechecked.collector.has_errors:
            return None
        with collector_paused():
            return Compiled(self.rechecked, self.name)

    def _in_order(self, found: list[Diagnostic]) -> list[Diagnostic]:
        """As a check sorts them; those about files that it includes come last."""
        return sorted(
            found, key=lambda one: (one.file is not self._whole, one.span.start if one.span else -1, one.code)
        )

    @property
    def tree(self) -> ast.Script:
        """The syntax tree of its own text. What cannot be read is not in it."""
        return self.checked.trees[self.name]

    def place_of(self, span: Span) -> FilePlace:
        """The file that a span lies in, and where."""
        file, at = self._in_file(span)
        return FilePlace(file.name, at.start - file.base, at.end - file.base)

    def position_of(self, offset: int) -> int:
        """What stands for an offset of the text in the spans of nodes."""
        index = max(bisect_right(self._starts, offset) - 1, 0)
        return self._chunked.chunks[index].file.base + offset - self._starts[index]

    # ---- between the number line and the text

    @cached_property
    def _starts(self) -> list[int]:
        """Where each chunk begins in the text."""
        starts, at = [], 0
        for chunk in self._chunked.chunks:
            starts.append(at)
            at += len(chunk.file.text)
        return starts

    @cached_property
    def _whole(self) -> SourceFile:
        """The text as one file, for findings."""
        return SourceFile(self.name, self.text, _WHOLE)

    def _in_file(self, span: Span) -> tuple[SourceFile, Span]:
        """A span within the text as a whole, or in a file that is included."""
        if span.start >= _WHOLE:
            return self._whole, span
        chunks = self._chunked.chunks
        index = bisect_right(chunks, span.start, key=lambda chunk: chunk.file.base) - 1
        if span.start >= _INCLUDED:
            return self.checked.collector.sources.file_of(span), span
        if index < 0:
            return self._whole, Span(_WHOLE, _WHOLE)  # the top of the text
        last = bisect_right(chunks, span.end, key=lambda chunk: chunk.file.base) - 1
        start = _WHOLE + self._starts[index] + span.start - chunks[index].file.base
        return self._whole, Span(start, _WHOLE + self._starts[last] + span.end - chunks[last].file.base)


def _elsewhere(found: Diagnostic, to: Callable[[Span], tuple[SourceFile, Span]]) -> Diagnostic:
    """A finding with its places in other files, without what is secret in the whole of its file."""
    if found.span is None:
        return found
    file, span = to(found.span)
    labels = tuple(Label(*to(one.span), one.text) for one in found.labels)
    return Diagnostic.of(
        found.code,
        file.redact(found.message),
        file=file,
        span=span,
        labels=labels,
        help=file.redact(found.help) if found.help else None,
        fix=_fix_elsewhere(found.fix, file, to) if found.fix is not None else None,
        path=found.path,
    )


def _fix_elsewhere(fix: Fix, file: SourceFile, to: Callable[[Span], tuple[SourceFile, Span]]) -> Fix | None:
    """A fix with its places in another file. What was renamed in a part of that is renamed in the whole."""
    if fix.renames is None:
        edits = tuple(Edit(to(edit.span)[1], edit.text) for edit in fix.edits)
    else:
        name, better, step = fix.renames
        edits = renamed(file, name, better, step=step)
    return Fix(fix.title, edits, fix.safe, fix.is_help, fix.renames) if edits else None


def _told(found: Diagnostic) -> tuple[object, ...]:
    return found.code, found.message, found.span, found.help


class _IncludedFiles:
    """Files that were included, with their trees: one that has not changed is not parsed again."""

    def __init__(self) -> None:
        self._next = _INCLUDED
        self._known: dict[str, tuple[SourceFile, ast.Script | None]] = {}

    def file(self, name: str, text: str) -> SourceFile:
        known = self._known.get(name)
        if known is None or known[0].text != text:
            known = SourceFile(name, text, self._next), None
            self._next += len(text) + 1
            self._known[name] = known
        return known[0]

    def tree(self, file: SourceFile, collector: ListeningCollector) -> ast.Script:
        tree = self._known[file.name][1]
        if tree is None:
            with collector.listening() as said:
                tree = parse(file, collector)
            if not said:
                self._known[file.name] = file, tree
        return tree


class _DocumentSources(Sources):
    """The chunks of a document, and the files that are read for it: scripts and translations."""

    def __init__(self, chunks: Iterable[SourceFile], included: _IncludedFiles) -> None:
        super().__init__()
        self._included = included
        for file in chunks:
            self.put(file)

    def add(self, name: str, text: str) -> SourceFile:
        self.put(file := self._included.file(name, text))
        return file


class _DocumentLoader(Loader):
    """Puts a script together from chunks, and from files that were perhaps parsed before."""

    def __init__(self, reader: Reader | None, collector: ListeningCollector, included: _IncludedFiles) -> None:
        super().__init__(reader, collector)
        self._listening = collector
        self._included = included

    def parsed(self, file: SourceFile) -> ast.Script:
        return self._included.tree(file, self._listening)
