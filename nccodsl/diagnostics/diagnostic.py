"""A diagnostic is data; the printers turn it into text."""

from __future__ import annotations

from collections.abc import Callable

from nccodsl.base.record import Record
from nccodsl.base.source import SourceFile, Span
from nccodsl.diagnostics.codes import Severity, severity_of
from nccodsl.diagnostics.suggest import Atop, Instead


class Edit(Record):
    """Replace the text of `span` by `text`."""

    span: Span
    text: str


class Fix(Record):
    """Edits that remove a finding.

    ``check --fix`` applies a `safe` one (same meaning, or plainly meant), ``--unsafe-fixes`` guesses too. `is_help`:
    the finding's help says the same as the title. `renames`: what the edits rename in the whole file: the name, the new
    one, and whether it is that of a step.
    """

    title: str
    edits: tuple[Edit, ...]
    safe: bool = False
    is_help: bool = False
    renames: tuple[str, str, bool] | None = None

    @classmethod
    def as_help(cls, title: str, *edits: Edit, safe: bool = False) -> Fix:
        """A fix that the finding's help names."""
        return cls(title, edits, safe, is_help=True)


class Message(Record):
    """What a finding says, in words, wherever it is: the constructors in `messages` make them.

    A `help` that takes work, such as a word looked for among all names of a script, is a function: it is called for
    findings that are kept. A help that is an `Instead` is a fix as well, if the message has no other. `labels` lie in
    the file of the finding, or in one that its Collector knows.
    """

    code: str
    text: str
    help: str | Callable[[], str | None] | None = None
    labels: tuple[tuple[Span, str], ...] = ()
    fix: Fix | None = None

    @property
    def advice(self) -> str | None:
        """The help, worked out."""
        return self.help() if callable(self.help) else self.help

    def about(self, file: SourceFile | None = None, span: Span | None = None, path: str | None = None) -> Diagnostic:
        """The diagnostic that says so of a place."""
        labels = tuple(Label(file, at, text) for at, text in self.labels) if file is not None else ()
        advice = self.advice
        fix = self.fix_at(file, span, advice)
        return Diagnostic.of(self.code, self.text, file=file, span=span, labels=labels, help=advice, fix=fix, path=path)

    def fix_at(self, file: SourceFile | None, span: Span | None, advice: str | None) -> Fix | None:
        """Its fix, or what its `advice` says to write at this place."""
        if isinstance(advice, Atop) and file is not None:
            return Fix.as_help(str(advice), Edit(Span(file.top, file.top), advice.right))
        if self.fix is not None or not isinstance(advice, Instead) or file is None or span is None:
            return self.fix
        place = advice.place(file.slice(span))
        if place is None:
            return None
        edit = Edit(Span(span.start + place[0], span.start + place[1]), advice.right)
        return Fix.as_help(str(advice), edit, safe=advice.safe)


class Label(Record):
    """A second place that explains the finding, such as the first of two clashing declarations."""

    file: SourceFile
    span: Span
    text: str


class Diagnostic(Record):
    """An error or a warning about a script or a JSON document.

    `span` is a place in `file`. Without a text, each is None, as for a missing value. `path` is the JSON pointer in a
    JSON document, otherwise None.
    """

    code: str
    severity: Severity
    message: str
    file: SourceFile | None = None
    span: Span | None = None
    labels: tuple[Label, ...] = ()
    help: str | None = None
    fix: Fix | None = None
    path: str | None = None

    @classmethod
    def of(
        cls,
        code: str,
        message: str,
        *,
        file: SourceFile | None = None,
        span: Span | None = None,
        labels: tuple[Label, ...] = (),
        help: str | None = None,
        fix: Fix | None = None,
        path: str | None = None,
    ) -> Diagnostic:
        """A diagnostic with the severity of its code."""
        return cls(code, severity_of(code), message, file, span, labels, help, fix, path)

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR

    @property
    def start(self) -> tuple[int, int]:
        """Line and column of its start, from 1; (1, 1) without a place."""
        return self.file.line_column(self.span.start) if self.file and self.span else (1, 1)

    @property
    def end(self) -> tuple[int, int]:
        """Line and column after its end, from 1."""
        return self.file.line_column(self.span.end) if self.file and self.span else (1, 1)

    @property
    def place(self) -> str:
        """`file:line`; empty without a place."""
        return f"{self.file.name}:{self.line}" if self.file else ""

    @property
    def line(self) -> int:
        return self.start[0]

    @property
    def column(self) -> int:
        return self.start[1]
