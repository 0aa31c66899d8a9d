"""What Python says of a value that does not fit, in a script author's words: its types and functions are not theirs."""

from __future__ import annotations

import re
from collections.abc import Callable

_KINDS = {
    "NoneType": "`none`",
    "str": "text",
    "Markup": "markup",
    "bool": "true or false",
    "int": "a number",
    "float": "a number",
    "Decimal": "a number",
    "list": "a list",
    "tuple": "a list",
    "dict": "a map",
    "datetime": "a date and time",
    "date": "a date",
    "time": "a time",
    "timedelta": "a duration",
}
_OTHER = "a value of another kind"
_TYPE = r"'?([A-Za-z_.]+)'?"
_FORMS: tuple[tuple[re.Pattern[str], Callable[..., str]], ...] = (
    (
        re.compile(rf"not supported between instances of {_TYPE} and {_TYPE}"),
        lambda a, b: f"{a} cannot be compared with {b}",
    ),
    (re.compile(rf"can't compare {_TYPE} to {_TYPE}$"), lambda a, b: f"{a} cannot be compared with {b}"),
    (
        re.compile("offset-naive and offset-aware"),
        lambda: "only one of these times has a time zone",
    ),
    (
        re.compile(rf"unsupported operand type\(s\) for [^:]{{0,40}}: {_TYPE} and {_TYPE}"),
        lambda a, b: f"{a} and {b} cannot be combined",
    ),
    (re.compile(rf"bad operand type for [^:]{{0,40}}: {_TYPE}"), lambda a: f"expected a number, not {a}"),
    (re.compile(rf"object of type {_TYPE} has no len"), lambda a: f"{a} has no length"),
    (re.compile(rf"Object of type {_TYPE} is not JSON"), lambda a: f"{a} cannot be written as JSON"),
    (re.compile(rf"must (?:only contain|be) str[^,]{{0,80}}, not {_TYPE}$"), lambda a: f"expected text, not {a}"),
    (re.compile(rf"unhashable type: {_TYPE}"), lambda a: f"{a} cannot be used as a key here"),
    (re.compile(rf"^{_TYPE} object is not iterable"), lambda a: f"{a} is not a list"),
    (re.compile("empty separator"), lambda: "the separator must not be empty"),
)


def in_words(error: Exception) -> str:
    """The message of an error of Python's that a template has raised; an unknown one becomes a general message."""
    if isinstance(error, ZeroDivisionError):
        return "division by zero"
    if isinstance(error, OverflowError):
        return "the number is too large"
    if isinstance(error, ArithmeticError):
        return "the result is not a number"
    text = str(error)
    for pattern, words in _FORMS:
        if found := pattern.search(text):
            return words(*map(_kind, found.groups()))
    return "a value here has the wrong type"


def _kind(name: str) -> str:
    return _KINDS.get(name.rpartition(".")[2], _OTHER)
