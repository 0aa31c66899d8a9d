"""The tests that may follow `is`, in one table. `defined` and `undefined` are the compiler's: they see no value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from nccodsl.diagnostics import messages
from nccodsl.templates.operators import COMPARISONS, kind, plain
from nccodsl.templates.scope import Refusal, Scope

Predicate = Callable[..., object]


def _whole(value: Any) -> int | float:
    if not isinstance(value, int | float):
        raise Refusal(messages.template_values.test_wants_number(kind(value)))
    return value


def _divisible(scope: Scope, value: Any, by: Any) -> bool:
    if _whole(by) == 0:
        raise Refusal(messages.template_values.division_by_zero())
    return bool(_whole(value) % by == 0)


def _sequence(scope: Scope, value: object) -> bool:
    return isinstance(value, str | list | tuple | dict)


TESTS: dict[str, Predicate] = {
    "none": lambda scope, value: value is None,
    "string": lambda scope, value: isinstance(value, str),
    "number": lambda scope, value: isinstance(value, int | float | complex) or type(value).__name__ == "Decimal",
    "integer": lambda scope, value: isinstance(value, int) and not isinstance(value, bool),
    "float": lambda scope, value: isinstance(value, float),
    "boolean": lambda scope, value: isinstance(value, bool),
    "true": lambda scope, value: value is True,
    "false": lambda scope, value: value is False,
    "mapping": lambda scope, value: isinstance(value, Mapping),
    "sequence": _sequence,
    "iterable": lambda scope, value: isinstance(value, Iterable),
    "even": lambda scope, value: _whole(value) % 2 == 0,
    "odd": lambda scope, value: _whole(value) % 2 == 1,
    "divisibleby": _divisible,
    "lower": lambda scope, value: plain(value).islower(),
    "upper": lambda scope, value: plain(value).isupper(),
    "in": COMPARISONS["in"],
}
for _operation, _names in {
    "eq": ("eq", "==", "equalto"),
    "ne": ("ne", "!="),
    "lt": ("lt", "<", "lessthan"),
    "lteq": ("le", "<="),
    "gt": ("gt", ">", "greaterthan"),
    "gteq": ("ge", ">="),
}.items():
    for _name in _names:
        TESTS[_name] = COMPARISONS[_operation]
