"""What may be read of a value: members, indexes and methods, from one table.

A template never reaches a Python attribute except through `ATTRIBUTES` and `METHODS`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from nccodsl.diagnostics import Message, messages
from nccodsl.templates import limits
from nccodsl.templates.operators import kind, plain
from nccodsl.templates.scope import MISSING, Refusal


class Loop:
    """The name `loop` inside a `{% for %}`."""

    __slots__ = ("index0", "items")

    def __init__(self, items: list[object]) -> None:
        self.items = items
        self.index0 = 0

    def __repr__(self) -> str:
        return "<loop>"

    def at(self, index: int) -> object:
        return self.items[index] if 0 <= index < len(self.items) else MISSING


def _replace(text: str, old: str, new: str, count: int = -1) -> str:
    if not (isinstance(old, str) and isinstance(new, str)):
        raise Refusal(messages.template_values.replace_wants_texts())
    found = text.count(old) if count < 0 else min(count, text.count(old))
    limits.check_length(len(text) + found * max(0, len(new) - len(old)))
    return text.replace(old, new, count)


def _split(text: str, separator: str | None = None, maxsplit: int = -1) -> list[str]:
    return text.split(separator, maxsplit)


def _strftime(value: Any, form: str) -> str:
    if len(plain(form)) > 200 or any(character.isdigit() for character in form):
        # A width such as %9999999Y would be padded by the C library.
        raise Refusal(messages.template_values.form_of_date())
    return str(value.strftime(form))


def _cycle(loop: Loop, *values: object) -> object:
    if not values:
        raise Refusal(messages.template_values.cycle_wants_values())
    return values[loop.index0 % len(values)]


def _get(mapping: dict[Any, object], key: object, default: object = None) -> object:
    return mapping.get(key, default)


Method = Callable[..., object]

# Those of Python's own whose result cannot outgrow the text.
_PLAIN_STRING_METHODS = (
    *("upper", "lower", "title", "capitalize", "casefold", "swapcase"),
    *("strip", "lstrip", "rstrip", "removeprefix", "removesuffix", "splitlines"),
    *("startswith", "endswith", "count", "find", "rfind"),
    *("isdigit", "isdecimal", "isnumeric", "isalpha", "isalnum", "isspace", "isupper", "islower", "istitle"),
)
_STRING_METHODS: dict[str, Method] = {
    **{name: getattr(str, name) for name in _PLAIN_STRING_METHODS},
    "replace": _replace,
    "split": _split,
}
_DATE_METHODS: dict[str, Method] = {
    "strftime": _strftime,
    "isoformat": lambda value: value.isoformat(),
}
_WEEKDAYS: dict[str, Method] = {
    "weekday": lambda value: value.weekday(),
    "isoweekday": lambda value: value.isoweekday(),
}

METHODS: dict[type, dict[str, Method]] = {
    dict: {
        "items": lambda value: list(value.items()),
        "keys": lambda value: list(value),
        "values": lambda value: list(value.values()),
        "get": _get,
    },
    str: _STRING_METHODS,
    list: {"index": lambda value, item: value.index(item), "count": lambda value, item: value.count(item)},
    tuple: {"index": lambda value, item: value.index(item), "count": lambda value, item: value.count(item)},
    datetime.datetime: {
        **_DATE_METHODS,
        **_WEEKDAYS,
        "date": lambda value: value.date(),
        "time": lambda value: value.time(),
    },
    datetime.date: {**_DATE_METHODS, **_WEEKDAYS},
    datetime.time: _DATE_METHODS,
    datetime.timedelta: {"total_seconds": lambda value: value.total_seconds()},
    float: {"is_integer": lambda value: value.is_integer()},
    Loop: {"cycle": _cycle},
}

_YEAR: dict[str, Method] = {
    "year": lambda value: value.year,
    "month": lambda value: value.month,
    "day": lambda value: value.day,
}
_HOUR: dict[str, Method] = {
    "hour": lambda value: value.hour,
    "minute": lambda value: value.minute,
    "second": lambda value: value.second,
}

ATTRIBUTES: dict[type, dict[str, Method]] = {
    datetime.datetime: {**_YEAR, **_HOUR},
    datetime.date: _YEAR,
    datetime.time: _HOUR,
    datetime.timedelta: {"days": lambda value: value.days, "seconds": lambda value: value.seconds},
    Loop: {
        "index": lambda loop: loop.index0 + 1,
        "index0": lambda loop: loop.index0,
        "revindex": lambda loop: len(loop.items) - loop.index0,
        "revindex0": lambda loop: len(loop.items) - loop.index0 - 1,
        "first": lambda loop: loop.index0 == 0,
        "last": lambda loop: loop.index0 == len(loop.items) - 1,
        "length": lambda loop: len(loop.items),
        "previtem": lambda loop: loop.at(loop.index0 - 1),
        "nextitem": lambda loop: loop.at(loop.index0 + 1),
    },
}

_METHOD_NAMES = frozenset(name for table in METHODS.values() for name in table)


def table_for(tables: dict[type, dict[str, Method]], value: object) -> dict[str, Method]:
    for cls in type(value).__mro__:
        if cls in tables:
            return tables[cls]
    return {}


def forbid_private(name: str) -> None:
    if name.startswith("_"):
        raise Refusal(messages.templates.private(name, "read"))


def member(value: Any, name: str) -> object:
    """`value.name`, or MISSING where a map has no such key."""
    if isinstance(value, dict):
        return value.get(name, MISSING)
    found = table_for(ATTRIBUTES, value).get(name)
    if found is not None:
        return found(value)
    if name in table_for(METHODS, value):
        raise Refusal(messages.templates.member_is_method(name))
    raise Refusal(messages.templates.no_member(kind(value), name, table_for(ATTRIBUTES, value)))


def item(value: Any, key: Any) -> object:
    """`value[key]`, or MISSING where there is no such key or index."""
    if isinstance(value, dict):
        try:
            return value.get(key, MISSING)
        except TypeError:
            raise Refusal(messages.template_values.cannot_be_key(kind(key))) from None
    if isinstance(value, list | tuple | str):
        if isinstance(value, str):
            plain(value)
        if isinstance(key, int):
            return value[key] if -len(value) <= key < len(value) else MISSING
        if not isinstance(key, str):
            raise Refusal(messages.template_values.index_no_number(kind(value), kind(key)))
    if isinstance(key, str):
        forbid_private(key)
        return member(value, key)
    raise Refusal(messages.template_values.no_items(kind(value)))


def cut(value: Any, start: Any, stop: Any, step: Any) -> object:
    """`value[start:stop:step]`."""
    if not isinstance(value, list | tuple | str):
        raise Refusal(messages.template_values.cannot_be_sliced(kind(value)))
    if isinstance(value, str):
        plain(value)
    if not all(part is None or isinstance(part, int) for part in (start, stop, step)):
        raise Refusal(messages.template_values.slice_wants_numbers())
    if step == 0:
        raise Refusal(messages.template_values.step_is_zero("a slice"))
    return value[start:stop:step]


def method(value: Any, name: str) -> Method:
    """The method `name` of the value's type, unbound."""
    found = table_for(METHODS, value).get(name)
    if found is None:
        raise Refusal(messages.templates.no_method(kind(value), name, table_for(METHODS, value)))
    if isinstance(value, str):
        plain(value)
    return found


def missing_member(value: Any, key: object, what: str) -> Refusal:
    """The refusal for a key or index that is not there."""
    if isinstance(value, dict):
        known = [name for name in value if isinstance(name, str)]
        called = key if isinstance(key, str) and key in METHODS[dict] else None
        return Refusal(messages.templates.no_key(what, key, known, called))
    if isinstance(value, list | tuple | str):
        return Refusal(messages.templates.no_item(what, key, len(value)))
    return Refusal(messages.templates.no_member_here(what, key))


def no_such_method(name: str) -> Message | None:
    """What is wrong with a method that no value has."""
    return None if name in _METHOD_NAMES else messages.templates.no_such_method(name, sorted(_METHOD_NAMES))


def range_of(*arguments: Any) -> list[int]:
    """The function `range`."""
    if not arguments or len(arguments) > 3 or not all(isinstance(argument, int) for argument in arguments):
        raise Refusal(messages.template_values.range_wants_numbers())
    if len(arguments) == 3 and arguments[2] == 0:
        raise Refusal(messages.template_values.step_is_zero("`range`"))
    numbers = range(*arguments)
    # `len` fails on a range longer than a machine word.
    count = max(0, -((numbers.start - numbers.stop) // numbers.step))
    if count > limits.RANGE_ITEMS:
        last = numbers[limits.RANGE_ITEMS - 1] + numbers.step
        shorter = f"range({numbers.start}, {last}, {numbers.step})"
        if numbers.step == 1:
            shorter = f"range({numbers.start}, {last})" if numbers.start else f"range({last})"
        raise Refusal(messages.template_limits.range_too_long(limits.RANGE_ITEMS, shorter))
    return list(numbers)
