"""Parameter types: how a value from the command line, a CSV row or JSON becomes what a template sees.

A converter takes any Python value and returns the converted one, or raises ValueError with the reason in words.
The same converters judge a parameter's default when the script is compiled.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import TypeVar

from nccodsl.base.durations import seconds
from nccodsl.base.iso_times import read_iso
from nccodsl.base.phone import digits, is_complete
from nccodsl.base.strict_json import DuplicateKey, read_strict_json

_T = TypeVar("_T")


class OtherType(ValueError):
    """The value is of another type, and there is no more to say."""


def why_unfit(error: ValueError) -> str | None:
    """What a message adds to saying that a value does not fit its type."""
    return None if isinstance(error, OtherType) else str(error)


Converter = Callable[[object], object]

_URL = r"(?i:(?:https?|wss?)://[^\s/?#]\S*)"
_INTEGER = r"[+-]?[0-9]{1,400}"
_NUMBER = r"[+-]?(?:[0-9]{1,400}(?:\.[0-9]{0,400})?|\.[0-9]{1,400})(?:[eE][+-]?[0-9]{1,4})?"
_BOOLEANS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    raise OtherType(f"expected text, not {kind_of(value)}")


def _finite(value: float) -> int | float:
    if isinstance(value, float) and not math.isfinite(value):  # a whole number may be too large for a float
        raise OtherType("expected a finite number")
    return value


def _number(value: object) -> int | float:
    if isinstance(value, bool):
        raise OtherType("expected a number, not a boolean")
    if isinstance(value, (int, float)):
        return _finite(value)
    if isinstance(value, str):
        text = value.strip()
        if re.fullmatch(_INTEGER, text):
            return int(text)
        if re.fullmatch(_NUMBER, text):
            return _finite(float(text))
        raise OtherType("expected a number such as 3 or -0.4")
    raise OtherType(f"expected a number, not {kind_of(value)}")


def _integer(value: object) -> int:
    number = _number(value)
    if isinstance(number, float):
        if not number.is_integer():
            raise OtherType("expected a whole number")
        return int(number)
    return number


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and (known := _BOOLEANS.get(value.strip().lower())) is not None:
        return known
    raise OtherType("expected true or false")


def _phone(value: object) -> str:
    if isinstance(value, str):
        if "e+" in value.lower():
            raise ValueError("a spreadsheet has shortened it: format the column as text, and enter it again")
        return digits(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return digits(str(value))
    raise OtherType(f"expected a phone number, not {kind_of(value)}")


def _url(value: object) -> str:
    if isinstance(value, str) and re.fullmatch(_URL, value):
        return value
    raise OtherType("expected a URL such as https://example.com/path")


def _iso(kind: type[date] | type[time] | type[datetime], example: str) -> Converter:
    def convert(value: object) -> object:
        if kind is date and isinstance(value, datetime):
            return value.date()
        if isinstance(value, kind) and not (kind is not date and type(value) is date):
            return value
        if isinstance(value, str):
            try:
                return read_iso(kind, value)
            except ValueError as error:
                if str(error):
                    raise
        raise OtherType(f"expected a {kind.__name__} in ISO form such as {example}")

    return convert


def _duration(value: object) -> int | float:
    if isinstance(value, str):
        text = value.strip()
        if re.fullmatch(_NUMBER, text):
            return _number(text)
        try:
            return seconds(text)
        except ValueError as error:
            raise OtherType(str(error)) from None
    return _number(value)


def _list(value: object) -> list[object]:
    if isinstance(value, (list, tuple)):
        return list(value)
    if isinstance(value, str):
        text = value.strip()
        if text.startswith("["):
            return _json(text, list, "a list")
        return [item.strip() for item in text.split(",")] if text else []
    raise OtherType(f"expected a list, not {kind_of(value)}")


def _map(value: object) -> dict[str, object]:
    if isinstance(value, dict):
        if all(isinstance(key, str) for key in value):
            return value
        raise ValueError("the keys of a map must be text")
    if isinstance(value, str):
        return _json(value, dict, "a map")
    raise OtherType(f"expected a map, not {kind_of(value)}")


def _json(text: str, kind: type[_T], name: str) -> _T:
    try:
        value = read_strict_json(text)
    except DuplicateKey as error:
        raise ValueError(f"it is not valid JSON: {error}") from None
    except ValueError:
        raise OtherType(f"expected {name} in JSON") from None
    if not isinstance(value, kind):
        raise OtherType(f"expected {name} in JSON, not {kind_of(value)}")
    return value


def _any(value: object) -> object:
    return value


def any_text(text: str) -> object:
    """The test of a converter that takes every text as it is."""
    return True


def kind_of(value: object) -> str:
    """What a value is, in words."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list() | tuple():
            return "a list"
        case dict():
            return "a map"
        case _:
            return f"a {type(value).__name__}"


CONVERTERS: dict[str, Converter] = {
    "text": _text,
    "number": _number,
    "integer": _integer,
    "boolean": _boolean,
    "phone": _phone,
    "url": _url,
    "date": _iso(date, "2026-11-23"),
    "time": _iso(time, "14:30"),
    "datetime": _iso(datetime, "2026-11-23T14:30:00"),
    "duration": _duration,
    "list": _list,
    "map": _map,
    "any": _any,
}
UNCHANGED: dict[str, Callable[[str], object]] = {
    "text": any_text,
    "any": any_text,
    "phone": is_complete,
    "url": re.compile(_URL).fullmatch,
}
"""By type, a test whether a text surely is a value of the type, and stays as it is."""
