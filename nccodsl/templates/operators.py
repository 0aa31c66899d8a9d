"""Arithmetic, comparison and the turning of values into text, each within the limits.

Does not know the syntax tree: these are functions of a scope (for counting work) and values.
"""

from __future__ import annotations

import datetime
import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from markupsafe import Markup, escape

from nccodsl.diagnostics import messages
from nccodsl.templates import limits
from nccodsl.templates.plain_words import in_words
from nccodsl.templates.scope import ChangedMarkup, Missing, Refusal, Scope

Operation = Callable[[Scope, Any, Any], object]

_WORDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (Markup, "markup"),
    (str, "text"),
    (bool, "true or false"),
    ((int, float, Decimal), "a number"),
    ((list, tuple), "a list"),
    (dict, "a map"),
    (datetime.datetime, "a date and time"),
    (datetime.date, "a date"),
    (datetime.time, "a time"),
    (datetime.timedelta, "a duration"),
    (Missing, "no value"),
)


def kind(value: object) -> str:
    """What a value is, in a script author's words."""
    if value is None:
        return "`none`"
    for types, word in _WORDS:
        if isinstance(value, types):
            return word
    return f"a value of another kind (`{type(value).__name__}`)"


def to_text(value: object) -> str:
    """A value as text, as Jinja writes it; `none` is refused, since a caller would hear the word."""
    if isinstance(value, str):
        return value
    if value is None:
        raise Refusal(messages.template_values.none_in_text())
    if isinstance(value, list | dict | tuple | set | frozenset):
        limits.weigh(value)
    elif type(value) is int:
        limits.check_integer(value)
    text = str(value)
    limits.check_length(len(text))
    return text


def plain(value: object) -> str:
    """Text to work on. Markup is refused: cutting or changing it could break its tags."""
    if isinstance(value, Markup):
        raise ChangedMarkup
    return to_text(value)


def concat(scope: Scope, values: list[object], *, markup: bool) -> str:
    """The operator `~`. In markup, text beside markup is escaped first."""
    for value in values:
        _heavy(scope, value)
    texts = [to_text(value) for value in values]
    if markup and any(isinstance(text, Markup) for text in texts):
        texts = [escape(text) for text in texts]
        limits.check_length(sum(map(len, texts)))
        return Markup("").join(texts)
    length = sum(map(len, texts))
    if length > limits.SMALL_TEXT:
        limits.check_length(length)
        limits.charge(scope, length >> 6)
    return "".join(texts)


def _cannot(verb: str, left: object, right: object) -> Refusal:
    return Refusal(messages.template_values.cannot_combine(verb, kind(left), kind(right)))


def _number(value: object) -> bool:
    return isinstance(value, int | float | Decimal)


def _settled(value: object) -> object:
    if type(value) is int:
        return limits.check_integer(value)
    if type(value) is complex:
        raise Refusal(messages.template_values.not_real())
    return value


def add(scope: Scope, left: Any, right: Any) -> object:
    if isinstance(left, str) and isinstance(right, str):
        limits.check_length(len(left) + len(right))
        return limits.guard(scope, left + right)
    if _sequences(left, right):
        limits.check_items(len(left) + len(right))
        return limits.guard(scope, left + right)
    if isinstance(left, datetime.datetime) and _number(right):
        return _later(left, right)
    if not _both(left, right):
        raise _cannot("add", left, right)
    return _settled(left + right)


def _later(moment: datetime.datetime, seconds: Any) -> datetime.datetime:
    """The moment so many seconds later, as a clock shows it that has been set to summer time in between."""
    step = datetime.timedelta(seconds=float(seconds))
    if moment.tzinfo is None:
        return moment + step
    return (moment.astimezone(datetime.UTC) + step).astimezone(moment.tzinfo)


def _sequences(left: object, right: object) -> bool:
    return isinstance(left, list | tuple) and isinstance(right, list if isinstance(left, list) else tuple)


def subtract(scope: Scope, left: Any, right: Any) -> object:
    if isinstance(left, datetime.datetime) and _number(right):
        return _later(left, -right)
    if not _both(left, right):
        raise _cannot("subtract", left, right)
    return _settled(left - right)


def multiply(scope: Scope, left: Any, right: Any) -> object:
    if isinstance(left, int) and isinstance(right, str | list | tuple):
        left, right = right, left
    if isinstance(left, str | list | tuple) and isinstance(right, int):
        length = len(left) * max(right, 0)
        (limits.check_length if isinstance(left, str) else limits.check_items)(length)
        return limits.guard(scope, left * right)
    if not _both(left, right):
        raise _cannot("multiply", left, right)
    if isinstance(left, int) and isinstance(right, int):
        _check_bits(left.bit_length() + right.bit_length() - 1)
    return _settled(left * right)


def power(scope: Scope, left: Any, right: Any) -> object:
    if not (_number(left) and _number(right)):
        raise _cannot("take the power of", left, right)
    if isinstance(left, int) and isinstance(right, int) and right > 0 and abs(left) > 1:
        if right.bit_length() > limits.INTEGER_BITS:
            _check_bits(limits.INTEGER_BITS + 1)
        _check_bits((abs(left).bit_length() - 1) * right)
    return _settled(left**right)


def _check_bits(bits: int) -> None:
    if bits > limits.INTEGER_BITS:
        raise Refusal(messages.template_limits.result_too_large(limits.INTEGER_BITS))


def _dividing(verb: str, function: Callable[[Any, Any], object]) -> Operation:
    def run(scope: Scope, left: Any, right: Any) -> object:
        if isinstance(left, str) or not _both(left, right):
            raise _cannot(verb, left, right)
        try:
            return _settled(function(left, right))
        except ArithmeticError as error:
            if right == 0:
                raise Refusal(messages.template_values.division_by_zero()) from None
            raise Refusal(messages.template_values.cannot_compute(verb, in_words(error))) from None

    return run


_TIMES = datetime.date | datetime.time | datetime.timedelta


def _both(left: object, right: object) -> bool:
    """May arithmetic be tried: two numbers, or dates and durations?"""
    return (_number(left) or isinstance(left, _TIMES)) and (_number(right) or isinstance(right, _TIMES))


OPERATIONS: dict[str, Operation] = {
    "Add": add,
    "Sub": subtract,
    "Mul": multiply,
    "Pow": power,
    "Div": _dividing("divide", operator.truediv),
    "FloorDiv": _dividing("divide", operator.floordiv),
    "Mod": _dividing("take the remainder of", operator.mod),
}


def _heavy(scope: Scope, value: object) -> None:
    """Pay for comparing a large value."""
    if isinstance(value, str):
        if len(value) > limits.SMALL_TEXT:
            limits.charge(scope, len(value) >> 6)
    elif isinstance(value, list | tuple | dict | set | frozenset):
        limits.charge(scope, limits.weigh(value))


def _comparing(function: Callable[[Any, Any], object]) -> Operation:
    def run(scope: Scope, left: Any, right: Any) -> object:
        if type(left) not in _LIGHT:
            _heavy(scope, left)
        try:
            return function(left, right)
        except TypeError:
            raise _cannot("compare", left, right) from None

    return run


_LIGHT = frozenset({int, float, bool, type(None)})


def contains(scope: Scope, item: Any, container: Any) -> bool:
    if isinstance(container, str):
        if not isinstance(item, str):
            raise Refusal(messages.template_values.cannot_look_for(kind(item)))
    elif not isinstance(container, list | tuple | dict | set | frozenset):
        raise Refusal(messages.template_values.cannot_look_into(kind(container)))
    if isinstance(container, dict):
        _heavy(scope, item)
        try:
            return item in container
        except TypeError:
            return False
    _heavy(scope, container)
    return item in container


def _lacks(scope: Scope, item: Any, container: Any) -> bool:
    return not contains(scope, item, container)


COMPARISONS: dict[str, Operation] = {
    "eq": _comparing(operator.eq),
    "ne": _comparing(operator.ne),
    "lt": _comparing(operator.lt),
    "lteq": _comparing(operator.le),
    "gt": _comparing(operator.gt),
    "gteq": _comparing(operator.ge),
    "in": contains,
    "notin": _lacks,
}
