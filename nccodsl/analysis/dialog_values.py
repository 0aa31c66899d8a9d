"""What stands in the parentheses behind a dialog, or behind an outcome: values for the members that it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nccodsl.analysis.draft_places import Places
from nccodsl.analysis.draft_values import DraftValues
from nccodsl.analysis.names import Names
from nccodsl.analysis.program import holes_in
from nccodsl.analysis.shapes import NO_DEFAULT, MemberShape, Misfit, TypeShape, fitted
from nccodsl.analysis.types import why_unfit
from nccodsl.base.source import Span
from nccodsl.diagnostics import Collector, messages
from nccodsl.diagnostics.edits import without_second
from nccodsl.syntax import ast

HOURS = "hours"
"""The type of a param that stands for opening hours."""

_SAID = ("text", "list", "")
"""The types whose texts are translated; empty for lists and maps with a shape."""


class DialogValues:
    """Drafts the values, and reports those that cannot be."""

    def __init__(self, collector: Collector, names: Names, values: DraftValues) -> None:
        self._collector = collector
        self._names = names
        self._values = values

    def values(
        self, owner: str, members: Sequence[MemberShape], given: Sequence[ast.Option], place: Span
    ) -> dict[str, object]:
        """The drafts of all members; `owner` takes them, and what is missing is reported at `place`."""
        known = {member.name: member for member in members}
        found: dict[str, object] = {}
        for option in given:
            name = option.name.text
            if name not in known:
                self._collector.report(messages.dialogs.no_such_value(owner, name, known), option.name.span)
            elif name in found:
                file = self._collector.sources.file_of(option.span)
                twice = messages.options.given_twice(name)
                self._collector.report(without_second(twice, file, option.span), option.name.span)
            else:
                found[name] = self._value(known[name], option.value)
        for member in members:
            if member.name not in found:
                if member.default is NO_DEFAULT and not member.optional:
                    kind = member.shape.type if isinstance(member.shape, TypeShape) else "any"
                    kind = "value" if kind == "any" else kind
                    self._collector.report(messages.dialogs.value_missing(owner, member.name, kind), place)
                found[member.name] = None if member.default is NO_DEFAULT else member.default
        return {member.name: found[member.name] for member in members}

    def _value(self, member: MemberShape, node: ast.Value) -> object:
        shape = member.shape
        kind = shape.type if isinstance(shape, TypeShape) else ""
        match node:
            case ast.Duration():
                draft: object = node.text if kind == "text" else node.milliseconds / 1000
            case ast.Number() if kind in ("text", "phone"):
                draft = node.text
            case _ if kind in _SAID:
                draft = self._values.said(node)
            case _:
                draft = self._values.free(node, (), Places(node.span))
        if kind == HOURS:
            if not (isinstance(node, ast.Template) and self._names.is_hours(node.source.strip())):
                self._collector.report(messages.dialogs.hours_wanted(member.name, self._names.hours), node.span)
            return draft
        if any(holes_in(draft)) or (draft is None and member.optional):
            return draft
        try:
            return shape.convert(draft) if isinstance(shape, TypeShape) else fitted(shape, draft)
        except Misfit as misfit:
            wrong = messages.dialogs.value_misfit(member.name, str(misfit))
        except ValueError as reason:
            wrong = messages.values.no_value_of_type(member.name, kind, None if member.private else why_unfit(reason))
        self._collector.report(wrong, node.span)
        return draft


def is_open(member: MemberShape, values: Mapping[str, object]) -> bool:
    """Whether a value has to be judged while the call runs: constants have been judged."""
    return any(holes_in(values[member.name])) and not (
        isinstance(member.shape, TypeShape) and member.shape.type == HOURS
    )
