"""W040: comments that ignore warnings which are not there."""

from __future__ import annotations

from itertools import groupby

from nccodsl.base.source import SourceFile, Span
from nccodsl.diagnostics import REGISTER, Collector, Edit, Fix, Message, Severity, messages
from nccodsl.syntax.ignores import IgnoredCode, read_ignores


def report_unneeded(collector: Collector) -> None:
    """Report each code that a comment ignores in vain; called when everything else has been reported.

    Codes that only other commands report may be needed there. Of a script with errors, not all warnings are found.
    """
    if collector.has_errors:
        return
    for file in collector.sources.files:
        for _, group in groupby(read_ignores(file), key=lambda ignored: ignored.comment):
            codes = list(group)
            for number, ignored in enumerate(codes):
                if message := _wrong(ignored, file, collector, _removal(codes, number, file)):
                    collector.report(message, ignored.span)


def _wrong(ignored: IgnoredCode, file: SourceFile, collector: Collector, removal: Fix) -> Message | None:
    code = REGISTER.get(ignored.code)
    if not ignored.code:
        return messages.warnings.ignored_nothing()
    if code is None:
        warnings = [row.id for row in REGISTER.values() if row.severity is Severity.WARNING]
        return messages.warnings.ignored_unknown(ignored.code, warnings, removal)
    if code.severity is Severity.ERROR:
        return messages.warnings.ignored_error(ignored.code, removal)
    if not code.by_check or (ignored.code, file, ignored.line) in collector.silenced:
        return None
    return messages.warnings.unneeded_ignore(ignored.code, removal)


def _removal(codes: list[IgnoredCode], number: int, file: SourceFile) -> Fix:
    """Without this code; without the comment where it names no other."""
    span = codes[number].span
    title = f"remove `{codes[number].code}` from the comment" if len(codes) > 1 else "remove the comment"
    if len(codes) == 1:
        span = _with_its_space(codes[0].comment, file)
    elif number:
        span = Span(codes[number - 1].span.end, span.end)
    else:
        span = Span(span.start, codes[1].span.start)
    return Fix.as_help(title, Edit(span, ""), safe=True)


def _with_its_space(comment: Span, file: SourceFile) -> Span:
    """A comment, and the space before it; its line end too where it has the line for itself."""
    start, end = comment.start - file.base, comment.end - file.base
    while start and file.text[start - 1] in " \t":
        start -= 1
    if (not start or file.text[start - 1] == "\n") and file.text[end : end + 1] == "\n":
        end += 1
    return Span(file.base + start, file.base + end)
