"""The tests of a `choose`: whether its subject is one of the values of a `when`, and how values are compared."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from nccodsl.analysis.items import Hole
from nccodsl.base.source import Span
from nccodsl.templates import Expression, NameUse, Scope

NEVER: object = ("never",)
"""What stands for a list or a map: no value equals it."""


class WhenTest(Hole):
    """Whether `subject` is one of `values` (drafts). Its span begins at `when`, and its names stand elsewhere."""

    __slots__ = ("subject", "values")

    def __init__(self, subject: Hole, values: Sequence[object], span: Span, written: str) -> None:
        """`written`: the test in words of the language, such as `tier is "gold"`."""
        names = [_moved(use, subject.span, span) for use in subject.code.names]
        for value in values:
            if isinstance(value, Hole):
                names += [_moved(use, value.span, span, text=value.is_text) for use in value.code.names]
        super().__init__(Expression(written, (), tuple(names), self._holds), span)
        self.subject = subject
        self.values = tuple(values)

    def _holds(self, scope: Scope) -> bool:
        return is_one_of(self.subject.compute(scope), [_value(value, scope) for value in self.values])


def is_one_of(value: object, values: Sequence[object]) -> bool:
    """Whether a value is one of others, or in a list among them."""
    key = compared(value)
    if key is NEVER:
        return False
    return any(key in map(compared, one) if isinstance(one, list | tuple) else key == compared(one) for one in values)


def compared(value: object) -> object:
    """What stands for a value in comparisons: a number and the text that writes it are the same.

    What an `input` brings is text, and a number in a table may be one: `when 1` and `when "1"` mean the same. A boolean
    equals only itself. Texts are compared as they are, upper case and all; dates and times in their ISO form.
    """
    match value:
        case bool() | None:
            return ("plain", value)
        case int():
            return str(value)
        case float():
            return str(int(value)) if value.is_integer() else repr(value)
        case str():
            return value
        case datetime.date() | datetime.time():
            return value.isoformat()
        case _:
            return NEVER


def _value(value: object, scope: Scope) -> object:
    return value.compute(scope) if isinstance(value, Hole) else value


def _moved(use: NameUse, at: Span, to: Span, *, text: bool = False) -> NameUse:
    """The use of a name in a hole at `at`, as one in a hole at `to`. A text begins with one quote, not two braces."""
    shift = at.start - to.start - int(text)
    return NameUse(use.name, use.start + shift, use.end + shift, use.optional, use.attributes)
