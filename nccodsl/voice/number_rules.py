"""Numbers, true and false: their types and ranges."""

from __future__ import annotations

import datetime
import math
import re
from typing import Any

from nccodsl.base import durations
from nccodsl.diagnostics import Instead, messages
from nccodsl.diagnostics.suggest import one_of, such_as
from nccodsl.voice import forms
from nccodsl.voice.catalogue import Option
from nccodsl.voice.findings import Findings, describe, is_decimal, wrong_type
from nccodsl.voice.problems import Path

_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?").fullmatch
_PLACEHOLDER = re.compile(r"[{}<>$%]").search
_UNITS = {"s": " seconds"}


def number(option: Option, value: Any, path: Path, found: Findings) -> Any:
    """A number or a duration, also one that stands in a string."""
    wanted = "a whole number" if option.kind == "integer" else "a number"
    wanted += " of seconds" if option.unit == "s" else ""
    given = value
    if isinstance(value, bool):
        return wrong_type(option, value, wanted, path, found, help=_usual(option, found))
    if isinstance(value, str):
        if not _NUMBER(value):
            return wrong_type(option, value, wanted, path, found, help=_of_text(option, value, wanted, found))
        value = float(value) if "." in value else int(value)
        message = messages.tolerated.number_as_text(found.say(option), forms.quote(given))
        found.report(message, path, replacement=value)
    elif found.manner.script and (is_decimal(value) or isinstance(value, datetime.timedelta)):
        value = value.total_seconds() if isinstance(value, datetime.timedelta) else float(value)
    if not isinstance(value, int | float):
        return wrong_type(option, given, wanted, path, found, help=_usual(option, found))
    if isinstance(value, float):
        if not math.isfinite(value):
            found.report(messages.values.not_finite(found.say(option), _usual(option, found)), path)
            return value
        if value.is_integer() and (option.kind == "integer" or not isinstance(given, float)):
            value = int(value)
        elif option.kind == "integer":
            seconds = option.unit == "s"
            help = found.instead(_nearest(option, math.floor(value + 0.5)), option.unit)
            found.report(messages.values.fraction(found.say(option), describe(value), help, seconds=seconds), path)
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


def _usual(option: Option, found: Findings) -> str | None:
    """Advice to write a number such as the default, or one that is allowed."""
    value = option.default if option.default is not None else _nearest(option, 1)
    text = found.written(value, option.unit) if isinstance(value, int | float) else None
    return None if text is None else such_as(text, "a duration" if text.endswith("s") else "a number")


def _of_text(option: Option, value: str, wanted: str, found: Findings) -> str | None:
    """Advice for a text in the place of a number: the duration that it holds. Only its author knows another one."""
    try:
        seconds = durations.seconds(value.replace(" ", ""))
    except ValueError:
        usual = _usual(option, found)
        return f"write {wanted} without quotes" if usual is None or _PLACEHOLDER(value) else str(usual)
    near = _nearest(option, math.floor(seconds + 0.5) if option.kind == "integer" else seconds)
    return found.instead(near, option.unit, safe=True) if option.unit == "s" else None


def _of_milliseconds(option: Option, value: float, found: Findings) -> Instead | None:
    """The question whether too many seconds are milliseconds."""
    if option.unit != "s" or not 1000 <= value < 1e9:
        return None
    seconds = value / 1000
    if not seconds.is_integer() or _nearest(option, seconds) != seconds:
        return None
    right = found.written(int(seconds), "s")
    return Instead(f"did you mean `{right}`?", right) if right else None


def _nearest(option: Option, value: float) -> float:
    """The nearest number in the range."""
    low = next((least for least in (option.soft_min, option.min) if least is not None), -math.inf)
    high = math.inf if option.max is None else option.max
    near = min(max(value, low), high)
    return int(near) if isinstance(near, float) and near.is_integer() else near


def _in_range(option: Option, value: float, path: Path, found: Findings) -> None:
    if (option.min is not None and value < option.min) or (option.max is not None and value > option.max):
        name, shown = found.say(option), describe(value)
        near = _nearest(option, value)
        if not near and option.default:
            near = option.default  # of `loop`, 0 means forever
        help = _of_milliseconds(option, value, found) or found.instead(near, option.unit)
        found.report(messages.values.out_of_range(name, _span(option), shown, help), path)
        return
    if option.soft_min is not None and value < option.soft_min:
        name, clipped = found.say(option), option.min is None
        help = found.instead(option.soft_min, option.unit, safe=clipped)
        message = messages.tolerated.below_documented(name, describe(value), option.soft_min, help, clipped=clipped)
        found.report(message, path)
    elif option.soft_max is not None and value > option.soft_max:
        most = int(option.soft_max) if float(option.soft_max).is_integer() else option.soft_max
        help = found.instead(most, option.unit, safe=True)
        found.report(messages.tolerated.above_documented(found.say(option), describe(value), most, help), path)
    if option.step is not None:
        steps = value / option.step
        if abs(steps - round(steps)) > 1e-6:
            near = round(round(steps) * option.step, 6)
            help = found.instead(int(near) if near.is_integer() else near)
            found.report(messages.tolerated.between_steps(found.say(option), describe(value), option.step, help), path)


def boolean(option: Option, value: Any, path: Path, found: Findings) -> Any:
    """`true` or `false`, also as a string."""
    if isinstance(value, bool):
        return value
    if value in ("true", "false") and isinstance(value, str):
        found.report(messages.tolerated.flag_as_text(found.say(option), value), path, replacement=value == "true")
        return value == "true"
    return wrong_type(option, value, "true or false", path, found, help=_meant(value, found))


_YES = (1, "yes", "on", "true", "1", "enabled")
_NO = (0, "no", "off", "false", "0", "disabled")


def _meant(value: object, found: Findings) -> str | None:
    """Advice to write which of the two a value stands for, if it is plain."""
    plain = value.strip().lower() if isinstance(value, str) else value
    if not isinstance(plain, str | int | float) or plain not in (*_YES, *_NO):
        return one_of(("true", "false"))
    return found.instead(plain in _YES)
