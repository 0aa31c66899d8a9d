"""What templates make of the answer to an `input … as name` (W044), which is a map of its parts."""

from __future__ import annotations

from collections.abc import Collection

from nccodsl.base import lazy_re
from nccodsl.base.source import SourceFile, Span
from nccodsl.diagnostics import Collector, messages
from nccodsl.templates import NameUse

_COMPARED = lazy_re.compile(r"\s*(?:[=!<>]=|[<>])")
_COMPARES = lazy_re.compile(r"(?:[=!<>]=|[<>])\s*\Z")
_OPENS = lazy_re.compile(r"\{\{-?\s*\Z")
_CLOSES = lazy_re.compile(r"\s*-?\}\}")
_DIGITS = lazy_re.compile(r"\.(?:digits|value)(?=\s*(?:[=!<>]=|[<>])\s*\d)")


def check_answer(
    use: NameUse, span: Span, bound: Span | None, collector: Collector, *, quoted: bool, texts: Collection[str]
) -> None:
    """Report an answer that is used whole, and digits that are compared with a number.

    `bound`: where the input gives the name, None where the answer has a type; `quoted`: the template stands in a text;
    `texts`: the members that are texts of digits.
    """
    file = collector.sources.file_of(span)
    text, start, end = file.text, span.start - file.base, span.end - file.base
    if use.attributes:
        digits = _DIGITS.match(text, end)
        if digits and use.attributes[0] in texts:
            at = Span(span.start, span.end + len(digits[0]))
            collector.report(messages.warnings.digits_as_number(file.slice(at)), at)
        return
    before = text[max(start - 20, 0) : start]
    alone = quoted and _OPENS.search(before) and _CLOSES.match(text, end)
    if alone or _COMPARED.match(text, end) or _COMPARES.search(before):
        part = "value" if bound is None else _part(bound, collector.sources.file_of(bound))
        right = f"{use.name}.{part}"
        collector.report(messages.warnings.whole_answer(use.name, right), span)


def _part(bound: Span, file: SourceFile) -> str:
    """The part of the answer that its input asks for."""
    at = bound.start - file.base
    asked = file.text[max(at - 300, 0) : at].rpartition("input")[2]
    return "speech" if "speech" in asked and "dtmf" not in asked else "digits"
