"""`input … as name: type`: the type of what is answered, and the keys that the input takes for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nccodsl.analysis.program import ActionItem
from nccodsl.analysis.shapes import Known
from nccodsl.base.source import Span
from nccodsl.diagnostics import Collector, Edit, messages
from nccodsl.syntax import ast
from nccodsl.templates import is_template

if TYPE_CHECKING:
    from nccodsl.answers import AnswerType, Limit

INPUT_MEMBERS: Known = dict.fromkeys(("digits", "speech", "confidence", "timed_out", "matched"))
"""What comes back from an `input … as name`."""
VALUE = "value"
"""The member that an answer with a type has besides, if it fits."""
_MEMBERS: dict[str, Known | None] = {
    "text": {},
    "date": dict.fromkeys(("year", "month", "day")),
    "time": dict.fromkeys(("hour", "minute", "second")),
}
"""The members of a value by its type; those of numbers are left to the rendering."""


def typed_answer(node: ast.Input, action: ActionItem, collector: Collector) -> AnswerType | None:
    """The type of the answers to an `input`; None without one, and where it is wrong, which is reported.

    What the input does not say about its keys follows from the type.
    """
    shape = _shape(node)
    if shape is None:
        return None
    if not isinstance(shape, ast.Type):
        collector.report(messages.answers.shape_of_input(), shape.span)
        return None
    answer = _answer_type(shape, collector)
    if answer is not None:
        _take_keys(answer, node, action, collector)
        if node.branches is None:
            edit = Edit(Span(node.span.end, node.span.end), " { otherwise hangup }")
            place = Span(node.span.start, node.span.start + len("input"))
            collector.report(messages.flow.misfit_unhandled(answer.wants, edit), place)
    return answer


def input_members(node: ast.Input) -> Known:
    """The members of what an `input` gives a name to."""
    shape = _shape(node)
    if shape is None:
        return INPUT_MEMBERS
    answer = _answer_type(shape, None) if isinstance(shape, ast.Type) else None
    return {**INPUT_MEMBERS, VALUE: _MEMBERS.get(answer.value_type) if answer is not None else None}


def is_answer(members: Known) -> bool:
    """Whether members are those of an answer to an `input`."""
    return members.keys() >= INPUT_MEMBERS.keys()


def joined_members(first: Known | None, second: Known | None) -> Known | None:
    """The members of a name that two statements give a value; None where one of them may give it anything."""
    if first is None or second is None or first == second:
        return first if second is not None else None
    both = {one: first[one] if first[one] == second[one] else None for one in first.keys() & second}
    return {**first, **second, **both}


def refuse_limits(shape: ast.Type, collector: Collector) -> None:
    """Report limits where only what kind of value it is can be said."""
    if shape.limits:
        span = Span(shape.name.span.end, shape.span.end)
        collector.report(messages.answers.limits_elsewhere(shape.name.text, Edit(span, "")), span)


def _shape(node: ast.Input) -> ast.Shape | None:
    return node.binding.shape if isinstance(node.binding, ast.Bound) else None


def _answer_type(shape: ast.Type, collector: Collector | None) -> AnswerType | None:
    """The type that a shape names; None where there is no such type, which is reported."""
    from nccodsl.answers import ANSWER_TYPES, LimitError, answer_type  # few scripts have types

    name = shape.name
    if name.text not in ANSWER_TYPES:
        if collector is not None:
            collector.report(messages.names.no_answer_type(name.text, ANSWER_TYPES), name.span)
        return None
    limits: list[Limit] = []
    for node in shape.limits:
        limit = _limit(node)
        if limit is None:
            if collector is not None:
                collector.report(messages.answers.limit_not_plain(name.text), node.span)
            return None
        limits.append(limit)
    try:
        return answer_type(name.text, tuple(limits))
    except LimitError as error:
        if collector is not None:
            collector.report(messages.answers.wrong_limit(error.message, error.help), shape.span)
        return None


def _limit(node: ast.Value | ast.Range) -> Limit | None:
    match node:
        case ast.Range(_, _, first, last):
            return first, last
        case ast.Number(_, _, int(value)):
            return value
        case ast.Text() | ast.Word() if not is_template(node.text):
            return node.text
        case _:
            return None


def _take_keys(answer: AnswerType, node: ast.Input, action: ActionItem, collector: Collector) -> None:
    """Let the input take as many keys as an answer may have; it ends with `#` where answers differ in length."""
    kinds = action.draft.get("type")
    if not isinstance(kinds, list) or "dtmf" not in kinds or "dtmf" in getattr(action.draft, "raw_keys", ()):
        return
    settings = action.draft.setdefault("dtmf", {})
    if not isinstance(settings, dict):
        return

    def given(name: str) -> Span | None:
        """Where the statement itself says so; what stands in `defaults` gives way to the type."""
        at = action.places.find(("dtmf", name), at_name=False)
        own = name in settings and node.keyword.end <= at.start < node.span.end
        return at if own else None

    most, at = settings.get("maxDigits"), given("maxDigits")
    if at is None:
        settings["maxDigits"] = answer.most_digits
    elif isinstance(most, int) and most < answer.most_digits:
        edit = Edit(at, str(answer.most_digits)) if ("dtmf", "maxDigits") in action.places.values else None
        collector.report(messages.answers.too_few_keys(most, answer.wants, answer.most_digits, edit), at)
    if answer.least_digits < answer.most_digits and given("submitOnHash") is None:
        settings["submitOnHash"] = True
