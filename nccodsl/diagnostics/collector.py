"""Gathers the diagnostics of one run."""

from __future__ import annotations

from collections.abc import Callable

from nccodsl.base.source import Sources, Span
from nccodsl.diagnostics.codes import REGISTER, Severity
from nccodsl.diagnostics.diagnostic import Diagnostic, Fix, Label

MOST = 200
"""After so many errors, or so many warnings, the rest is noise and is dropped."""


class Collector:
    """Every stage appends what it finds; nobody raises for a user's mistake."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self._found: list[Diagnostic] = []
        self._seen: set[tuple[str, int, int, str]] = set()
        self._counts = {Severity.ERROR: 0, Severity.WARNING: 0}

    def report(
        self,
        code: str,
        span: Span,
        message: str,
        *,
        help: str | Callable[[], str | None] | None = None,
        labels: tuple[tuple[Span, str], ...] = (),
        fix: Fix | None = None,
        path: str | None = None,
    ) -> None:
        """Add a finding; the same finding at the same place is kept once.

        A `help` that takes work, such as a word looked for among all names of a script, is given as a function: it is
        called for findings that are kept.
        """
        file = self.sources.file_of(span)
        message = file.redact(message)
        key = (code, span.start, span.end, message)
        severity = REGISTER[code].severity
        if key in self._seen or self._counts[severity] >= MOST:
            return
        self._counts[severity] += 1
        self._seen.add(key)
        advice = help() if callable(help) else help
        self._found.append(
            Diagnostic.of(
                code,
                message,
                file=file,
                span=span,
                labels=tuple(Label(self.sources.file_of(at), at, text) for at, text in labels),
                help=file.redact(advice) if advice else None,
                fix=fix,
                path=path,
            )
        )

    @property
    def has_errors(self) -> bool:
        return self._counts[Severity.ERROR] > 0

    def sorted(self) -> list[Diagnostic]:
        """All findings in the order of their places."""
        return sorted(self._found, key=lambda found: (found.span.start, found.code) if found.span else (-1, found.code))
