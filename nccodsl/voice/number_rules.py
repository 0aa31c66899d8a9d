"""Numbers, true and false: their types and ranges."""

from __future__ import annotations

import datetime
import math
import re
from typing import Any

from nccodsl.voice import forms
from nccodsl.voice.catalogue import Option
from nccodsl.voice.findings import Findings, describe, is_decimal, wrong_type
from nccodsl.voice.problems import Path

_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?").fullmatch
_UNITS = {"s": " seconds"}


def number(option: Option, value: Any, path: Path, found: Findings) -> Any:
    """A number or a duration, also one that stands in a string."""
    wanted = "a whole number" if option.kind == "integer" else "a number"
    wanted += " of seconds" if option.unit == "s" else ""
    given = value
    if isinstance(value, bool):
        return wrong_type(option, value, wanted, path, found)
    if isinstance(value, str):
        if not _NUMBER(value):
            return wrong_type(option, value, wanted, path, found)
        value = float(value) if "." in value else int(value)
        found.add("W009", option, path, f"is a number written as a string: {forms.quote(given)}", replacement=value)
    elif found.manner.script and (is_decimal(value) or isinstance(value, datetime.timedelta)):
        value = value.total_seconds() if isinstance(value, datetime.timedelta) else float(value)
    if not isinstance(value, int | float):
        return wrong_type(option, given, wanted, path, found)
    if isinstance(value, float):
        if not math.isfinite(value):
            found.add("E318", option, path, "is not finite, which JSON cannot say")
            return value
        if value.is_integer() and (option.kind == "integer" or not isinstance(given, float)):
            value = int(value)
        elif option.kind == "integer":
            code, wanted = ("E309", "whole seconds") if option.unit == "s" else ("E301", "a whole number")
            found.add(code, option, path, f"must be {wanted}, not {describe(value)}")
            return value
    _in_range(option, value, path, found)
    return value


def _span(option: Option) -> str:
    """The range in words: "1 to 120 seconds"."""
    unit = _UNITS.get(option.unit or "", "")
    if option.max is None:
        return f"{_plain(option.min)} or more{unit}"
    return f"{_plain(option.min)} to {_plain(option.max)}{unit}"


def _plain(number: float | None) -> str:
    return "any number" if number is None else f"{number:g}" if number < 1e6 else str(int(number))


def _in_range(option: Option, value: float, path: Path, found: Findings) -> None:
    if (option.min is not None and value < option.min) or (option.max is not None and value > option.max):
        help = None if option.default is None else f"the default is {option.default}"
        found.add("E304", option, path, f"must be {_span(option)}, not {describe(value)}", help)
        return
    if option.soft_min is not None and value < option.soft_min:
        what = "the platform takes that instead" if option.min is None else "some sources allow no less"
        found.add("W019", option, path, f"is {describe(value)}, below {option.soft_min:g}: {what}")
    elif option.soft_max is not None and value > option.soft_max:
        found.add(
            "W019", option, path, f"is {describe(value)}, above {option.soft_max:g}: the platform takes that instead"
        )
    if option.step is not None:
        steps = value / option.step
        if abs(steps - round(steps)) > 1e-6:
            found.add("W017", option, path, f"is {describe(value)}; the platform knows steps of {option.step:g}")


def boolean(option: Option, value: Any, path: Path, found: Findings) -> Any:
    """`true` or `false`, also as a string."""
    if isinstance(value, bool):
        return value
    if value in ("true", "false") and isinstance(value, str):
        found.add("W009", option, path, f'is "{value}" as a string', replacement=value == "true")
        return value == "true"
    return wrong_type(option, value, "true or false", path, found)
