"""How much a template may do, and the counting of it.

Owns the figures and the three ways of counting: work done in one scope, the weight of a value, the size of a
number. It does not know what a template is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nccodsl.diagnostics import messages
from nccodsl.templates.scope import Refusal

if TYPE_CHECKING:
    from nccodsl.templates.scope import Scope

LOOP_STEPS = 100_000
"""Passes of loops in all templates rendered with one scope."""
OUTPUT_CHARACTERS = 1_000_000
"""Characters that one template may put out, and that one value may hold."""
VALUE_ITEMS = 1_000_000
"""Items, at all depths together, of one list or map."""
RANGE_ITEMS = 10_000
INTEGER_BITS = 4096
ROUND_DIGITS = 100
VALUE_DEPTH = 60
"""Lists within lists."""
BRACKET_DEPTH = 25
"""Brackets within brackets in one expression: Jinja's parser takes some fourteen frames for each."""
TREE_DEPTH = 100
"""Operators, filters and blocks within each other."""
PROBLEMS = 50
"""Problems told of one text; looking for the nearest name for thousands would take long."""
TEMPLATE_CHARACTERS = 200_000

UNITS_PER_STEP = 16
"""Work is counted finer than in steps: an item handled by a filter costs one unit, a loop pass sixteen."""
UNITS = LOOP_STEPS * UNITS_PER_STEP
SMALL_TEXT = 1024
"""Text shorter than this costs nothing: handling it is part of the expression that does it."""


def too_much_work() -> Refusal:
    return Refusal(messages.template_limits.too_much_work(LOOP_STEPS))


def charge(scope: Scope, units: int) -> None:
    """Count `units` of work, and refuse when the scope has used up its share."""
    scope.steps += units
    if scope.steps > UNITS:
        raise too_much_work()


def check_length(length: int) -> None:
    if length > OUTPUT_CHARACTERS:
        raise Refusal(messages.template_limits.text_too_long(OUTPUT_CHARACTERS))


def check_items(count: int) -> None:
    if count > VALUE_ITEMS:
        raise Refusal(messages.template_limits.list_too_long(VALUE_ITEMS))


def check_integer(value: int) -> int:
    if value.bit_length() > INTEGER_BITS:
        raise Refusal(messages.template_limits.number_too_large(INTEGER_BITS))
    return value


def weigh(value: object) -> int:
    """The work of walking through `value`, counting what is shared each time it occurs.

    A list that holds itself twice, and so on, doubles with each level: counting stops at the limit, so that no
    later `str()`, comparison or hash of the value can run away.
    """
    items = characters = 0
    stack: list[tuple[object, int]] = [(value, 0)]
    while stack:
        current, depth = stack.pop()
        if isinstance(current, str):
            characters += len(current)
            items += 1
        elif isinstance(current, _CONTAINERS):
            if depth >= VALUE_DEPTH:
                raise Refusal(messages.template_limits.value_too_deep(VALUE_DEPTH))
            items += _CONTAINER_ITEMS + len(current)
            if items > VALUE_ITEMS:
                raise _too_many_items()
            parts = [*current, *current.values()] if isinstance(current, dict) else current
            # Most lists are of numbers only; those of texts only are next.
            types = set(map(type, parts))
            if types == _TEXT_ONLY:
                characters += sum(map(len, parts))
            elif not types <= _SCALARS:
                depth += 1
                stack.extend([(part, depth) for part in parts])
        else:
            items += 1
        if items > VALUE_ITEMS:
            raise _too_many_items()
        if characters > OUTPUT_CHARACTERS:
            raise Refusal(messages.template_limits.value_too_long(OUTPUT_CHARACTERS))
    return items + (characters >> 6)


_CONTAINERS = (list, tuple, dict, set, frozenset)
_CONTAINER_ITEMS = 8
"""A list or map counts as so many items beside what it holds: small ones cost more than what is in them."""
_SCALARS = frozenset({int, float, bool, type(None)})
_TEXT_ONLY = {str}


def _too_many_items() -> Refusal:
    return Refusal(messages.template_limits.value_too_large(VALUE_ITEMS))


def guard(scope: Scope, value: object) -> object:
    """`value`, checked and paid for, after an operation that may have made it grow."""
    kind = type(value)
    if kind is str or isinstance(value, str):
        length = len(value)  # type: ignore[arg-type]
        if length > SMALL_TEXT:
            check_length(length)
            charge(scope, length >> 6)
    elif kind is int:
        check_integer(value)  # type: ignore[arg-type]
    elif isinstance(value, list | dict | tuple | set | frozenset):
        charge(scope, weigh(value))
    return value
