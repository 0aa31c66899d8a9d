"""The members that templates read, as far as it is known which ones there are."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from nccodsl.analysis.typed_answers import INPUT_MEMBERS, VALUE
from nccodsl.base.source import Span
from nccodsl.diagnostics import Collector, messages
from nccodsl.templates import NameUse


def check_members(use: NameUse, members: Collection[str], span: Span, collector: Collector) -> None:
    """Judge the members that a template reads, as deep as they are known."""
    if not use.attributes or use.optional:
        return None
    owner, end = use.name, span.end
    known: Collection[str] | None = members
    for number, attribute in enumerate(use.attributes):
        if known is None:
            return None
        if attribute not in known:
            if number and attribute == "length" and not known:
                return _length(use, number, span, collector)
            behind = Span(end + 1, end + 1 + len(attribute))
            exact = collector.sources.file_of(span).slice(behind) == attribute
            wrong = messages.names.no_member(owner, attribute, known)
            if attribute == VALUE and known is INPUT_MEMBERS:
                wrong = messages.names.untyped_value(owner)
            collector.report(wrong, behind if exact else span)
            return None
        owner, end = f"{owner}.{attribute}", end + 1 + len(attribute)
        known = known[attribute] if isinstance(known, Mapping) else None
        if known is None and use.attributes[number + 1 : number + 2] == ("length",):
            return _length(use, number + 1, span, collector)
    return None


def _length(use: NameUse, number: int, span: Span, collector: Collector) -> None:
    """`length` as a member of what is a text."""
    path = ".".join((use.name, *use.attributes[:number]))
    whole = Span(span.start, span.end + len(path) - len(use.name) + len(".length"))
    collector.report(messages.names.length_as_member(path), whole)
