"""Diagnostics for people: the source line with the place underlined, in the manner of rustc.

Owns: the layout of a finding on a terminal. Excerpts are cut in ``excerpt.py``. Nothing from a script reaches the
terminal unescaped, and the effort depends on what is shown, never on how long a line is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nccodsl.base.plural import counted
from nccodsl.base.source import SourceFile, Span
from nccodsl.diagnostics.diagnostic import Diagnostic
from nccodsl.diagnostics.printers.excerpt import Mark, ShownLine, cut
from nccodsl.diagnostics.printers.text import hanging, safe

NEAR = 5
"""A label at most so many lines from the finding is shown in the finding's own excerpt."""

_STYLES = {"error": "1;31", "warning": "1;33", "frame": "1;34", "label": "1;34", "title": "1", "help": "1;36"}

_OF_JSON = ("E112", "E113", "E114")
"""Codes of documents, which `check --fix` does not change."""


class _Pen:
    """Colors the printer's own words; off, it leaves them alone."""

    def __init__(self, color: bool) -> None:
        self.color = color

    def __call__(self, style: str, text: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self.color and text else text


def render(diagnostics: Iterable[Diagnostic], *, color: bool, width: int = 100, wrap: bool = False) -> str:
    """All findings, an empty line between them; the text ends with a line feed unless it is empty.

    Source lines are cut to `width`; messages, help and fixes are wrapped at it if `wrap` says so.
    """
    pen, width = _Pen(color), max(width, 40)
    edge = width if wrap else None
    return "\n".join(
        "".join(f"{line}\n" for line in _finding(diagnostic, pen, width, edge)) for diagnostic in diagnostics
    )


def summary(errors: int, warnings: int) -> str:
    """The closing line: ``2 errors, 1 warning``."""
    parts = [counted(count, word) for count, word in ((errors, "error"), (warnings, "warning")) if count]
    return ", ".join(parts) or "no problems"


def _finding(diagnostic: Diagnostic, pen: _Pen, width: int, edge: int | None) -> list[str]:
    kind = diagnostic.severity.value
    head = f"{kind}[{safe(diagnostic.code)}]"
    start, *more = hanging(safe(diagnostic.message), edge, len(head) + 2)
    lines = [pen(kind, head) + pen("title", f": {start}"), *(pen("title", line) for line in more)]
    file, span = diagnostic.file, diagnostic.span
    groups: list[tuple[SourceFile, list[Mark]]] = []
    if file is not None and span is not None:
        groups = _groups(file, span, diagnostic, width)
    digits = max((len(str(mark.line)) for _, marks in groups for mark in marks), default=1)
    if file is not None and span is None:
        lines.append(" " * (digits + 1) + pen("frame", "--> ") + safe(file.name) + _pointer(diagnostic))
    for index, (where, marks) in enumerate(groups):
        first = marks[0]
        place = f"{safe(where.name)}:{first.line}:{first.column}{'' if index else _pointer(diagnostic)}"
        lines.append(" " * (digits + 1) + pen("frame", "--> ") + place)
        lines.extend(_excerpt(marks, pen, kind, digits, width))
    for word, text in _ways_out(diagnostic):
        start, *more = hanging(text, edge, digits + len(word) + 6)
        lines += [f"{' ' * (digits + 2)}{pen('frame', '=')} {pen('help', word)}: {start}", *more]
    return lines


def _ways_out(diagnostic: Diagnostic) -> list[tuple[str, str]]:
    """The lines behind `=`: a fix that may be applied blindly is named so, and advice is given once."""
    help, fix = diagnostic.help, diagnostic.fix
    lines = [("help", safe(help))] if help and not (fix and fix.is_help) else []
    if fix is None:
        return lines
    if not fix.safe:
        return [*lines, ("help", safe(fix.title))]
    how = " (nccodsl check --fix)" if diagnostic.path is None and diagnostic.code not in _OF_JSON else ""
    return [*lines, ("fix", safe(fix.title) + how)]


def _pointer(diagnostic: Diagnostic) -> str:
    return f" ({safe(diagnostic.path)})" if diagnostic.path else ""


def _groups(file: SourceFile, span: Span, diagnostic: Diagnostic, width: int) -> list[tuple[SourceFile, list[Mark]]]:
    """The excerpts to show: the finding with the labels near it, then each label that is far away."""
    main = Mark.at(file, span)
    groups = [(file, [main])]
    for label in diagnostic.labels:
        mark = Mark.at(label.file, label.span, label.text)
        near = label.file is file and abs(mark.line - main.line) <= NEAR
        # Two places on one line may have megabytes between them.
        beside = next((other for other in groups[0][1] if other.line == mark.line), None)
        if near and (beside is None or _line(beside, len(str(mark.line)), width).holds(mark)):
            groups[0][1].append(mark)
        else:
            groups.append((label.file, [mark]))
    return groups


def _line(mark: Mark, digits: int, width: int) -> ShownLine:
    return cut(mark.file, mark.start, mark.end, width - digits - 4)


def _line_before(mark: Mark) -> Mark:
    """The beginning of the line before a mark's line."""
    file = mark.file
    column = file.line_column(file.base + mark.line_start - 1)[1]
    at = file.base + mark.line_start - column
    return Mark.at(file, Span(at, at))


def _excerpt(marks: Sequence[Mark], pen: _Pen, kind: str, digits: int, width: int) -> list[str]:
    """The marked lines with what is under them; one line between two is shown, more are left out."""
    bar = pen("frame", "|")
    blank = f"{' ' * (digits + 2)}{bar}"
    by_line: dict[int, list[Mark]] = {}
    for mark in marks:
        by_line.setdefault(mark.line, []).append(mark)
    lines = [blank]
    before = 0
    for number in sorted(by_line):
        if before and number == before + 2:
            text = _line(_line_before(by_line[number][0]), digits, width).text
            lines.append(f" {pen('frame', str(number - 1).rjust(digits))} {bar} {text}".rstrip())
        elif before and number > before + 1:
            lines.append(pen("frame", "..."))
        before = number
        shown = _line(by_line[number][0], digits, width)
        lines.append(f" {pen('frame', str(number).rjust(digits))} {bar} {shown.text}".rstrip())
        lines.extend(f"{blank} {row}" for row in _rows(shown, by_line[number], pen, kind))
    return lines


def _rows(shown: ShownLine, marks: Sequence[Mark], pen: _Pen, kind: str) -> list[str]:
    """What stands under a line: the underlines, the last label's text behind them, the others' texts below."""
    placed = sorted(((*shown.columns(mark), mark) for mark in marks), key=lambda item: (item[0], item[1]))
    paint: dict[int, tuple[str, str]] = {}
    # The widest first, so that none is hidden; between equals the finding's own underline wins.
    for left, right, mark in sorted(placed, key=lambda item: (item[0] - item[1], item[2].text is None)):
        sign, style = ("^", kind) if mark.text is None else ("-", "label")
        paint.update(dict.fromkeys(range(left, right), (sign, style)))
        if mark.runs_on:
            paint.update(dict.fromkeys(range(right, right + 3), (".", style)))
    row = _painted(paint, pen)
    labels = [(left, mark) for left, _, mark in placed if mark.text]
    if labels and placed[-1][2] is labels[-1][1]:
        row += " " + pen("label", safe(labels.pop()[1].text or ""))
    rows = [row]
    while labels:
        left, mark = labels.pop()
        stems = {column: ("|", "label") for column, _ in labels if column < left}
        lead = _painted(stems, pen)
        gap = left - (max(stems) + 1 if stems else 0)
        rows.append(lead + " " * gap + pen("label", safe(mark.text or "")))
    return rows


def _painted(paint: dict[int, tuple[str, str]], pen: _Pen) -> str:
    """The row with a sign in each of the given columns; neighbors of one style share one color sequence."""
    parts: list[str] = []
    run, style, column = "", "", 0
    for at in sorted(paint):
        sign, its_style = paint[at]
        if at != column or its_style != style:
            parts.append(pen(style, run) if run else "")
            parts.append(" " * (at - column))
            run, style = "", its_style
        run += sign
        column = at + 1
    parts.append(pen(style, run) if run else "")
    return "".join(parts)
