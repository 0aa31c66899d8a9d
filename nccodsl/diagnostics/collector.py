"""Gathers the diagnostics of one run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from nccodsl.base.source import SourceFile, Sources, Span
from nccodsl.diagnostics.codes import Severity, severity_of
from nccodsl.diagnostics.diagnostic import Diagnostic, Label, Message

MOST = 200
"""After so many errors, or so many warnings, the rest is noise and is dropped."""


class Ignored(Protocol):
    """What a script says it knows: `covers` is asked for each warning and the line (from 1) where it begins."""

    def covers(self, code: str, file: SourceFile, line: int) -> bool: ...


class Collector:
    """Every stage appends what it finds; none raises for a user's mistake.

    Warnings that are `ignored` are not kept; `silenced` has their codes, files and lines.
    """

    def __init__(self, sources: Sources, ignored: Ignored | None = None) -> None:
        self.sources = sources
        self.silenced: set[tuple[str, SourceFile, int]] = set()
        self._ignored = ignored
        self._dropped: set[tuple[SourceFile, int]] = set()
        self._found: list[Diagnostic] = []
        self._seen: set[tuple[str, int, int, str]] = set()
        self._counts = {Severity.ERROR: 0, Severity.WARNING: 0}

    def report(self, message: Message, span: Span) -> None:
        """Add a finding; the same finding at the same place is kept once."""
        file = self.sources.file_of(span)
        text = file.redact(message.text)
        key = (message.code, span.start, span.end, text)
        severity = severity_of(message.code)
        if key in self._seen or self._counts[severity] >= MOST:
            return
        if severity is Severity.WARNING and self._is_ignored(message.code, file, span):
            return
        if severity is Severity.WARNING and (file, file.line_column(span.start)[0]) in self._dropped:
            return
        self._counts[severity] += 1
        self._seen.add(key)
        advice = message.advice
        self._found.append(
            Diagnostic.of(
                message.code,
                text,
                file=file,
                span=span,
                labels=tuple(Label(self.sources.file_of(at), at, text) for at, text in message.labels),
                help=file.redact(advice) if advice else None,
                fix=message.fix_at(file, span, advice),
            )
        )

    def drops(self, file: SourceFile, at: int) -> None:
        """Keep no warning about the line of an offset from now on: a syntax error drops a part of it."""
        self._dropped.add((file, file.line_column(at)[0]))

    def _is_ignored(self, code: str, file: SourceFile, span: Span) -> bool:
        line, _ = file.line_column(span.start)
        if self._ignored is None or not self._ignored.covers(code, file, line):
            return False
        self.silenced.add((code, file, line))
        return True

    @property
    def has_errors(self) -> bool:
        return self._counts[Severity.ERROR] > 0

    def sorted(self) -> list[Diagnostic]:
        """All findings in the order of their places."""
        return sorted(self._found, key=lambda found: (found.span.start, found.code) if found.span else (-1, found.code))


Said = tuple[Message, Span]
"""A message, and where it was reported."""


class ListeningCollector(Collector):
    """A collector that also tells what is reported, so that it can be reported again when nothing has changed."""

    def __init__(self, sources: Sources, ignored: Ignored | None = None) -> None:
        super().__init__(sources, ignored)
        self._said: list[Said] | None = None
        self.drops_at: list[tuple[SourceFile, int]] = []

    @contextmanager
    def listening(self) -> Iterator[list[Said]]:
        """What is reported within, also what is dropped as noise or as ignored. Advice is worked out at once."""
        before, self._said = self._said, []
        try:
            yield self._said
        finally:
            self._said = before

    def report(self, message: Message, span: Span) -> None:
        if self._said is not None:
            if callable(message.help):
                # Who gives the advice would be kept alive by it.
                message = Message(message.code, message.text, message.advice, message.labels, message.fix)
            self._said.append((message, span))
        super().report(message, span)

    def drops(self, file: SourceFile, at: int) -> None:
        self.drops_at.append((file, at))
        super().drops(file, at)
