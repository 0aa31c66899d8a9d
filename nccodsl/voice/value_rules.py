"""Single values: what one option takes, what it becomes as JSON, and what is wrong with it otherwise.

Owns: types, ranges, enumerations, lengths and forms of scalars, and of free maps. Does not own: arrays, objects, keys
(objects), rules between options (cross). `script` stands for the language, which is more generous than JSON about how a
value is written: a number stands for its digits, a value for its list of one.
"""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from nccodsl.base.record import Record
from nccodsl.voice import forms
from nccodsl.voice.catalogue import Option
from nccodsl.voice.languages import languages
from nccodsl.voice.problems import MISSING, Path, Problem, Unknown, holds_unknown

_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?").fullmatch
_UNITS = {"s": " seconds"}


class TextManner(Record):
    """How to judge: `script` as above, and so named; `ssml`: text that begins with <speak too."""

    script: bool = False
    ssml: bool = True

    def say(self, option: Option) -> str:
        """The option's name as the user wrote it."""
        return option.name if self.script else ".".join(option.path)


class Findings(list[Problem]):
    """Collects problems of one value: `add` names the option before the message."""

    __slots__ = ("manner",)

    def __init__(self, manner: TextManner) -> None:
        super().__init__()
        self.manner = manner

    def add(
        self,
        code: str,
        option: Option,
        path: Path,
        message: str,
        help: str | None = None,
        replacement: object = MISSING,
        at_key: bool = False,
    ) -> None:
        text = f"`{self.manner.say(option)}` {message}"
        self.append(Problem(code, path, text, help, at_key, replacement))


def scalar(option: Option, value: Any, path: Path, found: Findings) -> Any:
    """Judge one value, no array, of an option; returns it as JSON wants it."""
    if isinstance(value, Unknown):
        return value
    if value is None and option.kind != "any":
        found.add("E301", option, path, "is null", "leave the option out instead")
        return value
    return _JUDGES[option.kind](option, value, path, found)


def describe(value: object) -> str:
    """The value for a message: short, in JSON's notation."""
    if isinstance(value, str):
        return forms.quote(value)
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int | float) or _is_decimal(value):
        return shown if len(shown := _digits(value)) <= 40 else "a number of many digits"
    return "an object" if isinstance(value, dict) else "a list" if isinstance(value, list | tuple) else "something else"


def _is_decimal(value: object) -> bool:
    if value is None or isinstance(value, str | int | float | dict | list | tuple | Unknown):
        return False
    from decimal import Decimal  # rare, and slow to import

    return isinstance(value, Decimal)


def _digits(value: Any) -> str:
    if isinstance(value, int):
        return str(value) if value.bit_length() < 400 else "9" * 41
    return f"{value:g}" if isinstance(value, float) and not value.is_integer() else str(value)


def _wrong_type(
    option: Option, value: object, wanted: str, path: Path, found: Findings, replacement: object = MISSING
) -> Any:
    found.add("E301", option, path, f"must be {wanted}, not {describe(value)}", replacement=replacement)
    return value


# -- numbers


def _number(option: Option, value: Any, path: Path, found: Findings) -> Any:
    wanted = "a whole number" if option.kind == "integer" else "a number"
    wanted += " of seconds" if option.unit == "s" else ""
    given = value
    if isinstance(value, bool):
        return _wrong_type(option, value, wanted, path, found)
    if isinstance(value, str):
        if not _NUMBER(value):
            return _wrong_type(option, value, wanted, path, found)
        value = float(value) if "." in value else int(value)
        found.add("W009", option, path, f"is a number written as a string: {forms.quote(given)}", replacement=value)
    elif found.manner.script and (_is_decimal(value) or isinstance(value, datetime.timedelta)):
        value = value.total_seconds() if isinstance(value, datetime.timedelta) else float(value)
    if not isinstance(value, int | float):
        return _wrong_type(option, given, wanted, path, found)
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


def span_of(option: Option) -> str:
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
        found.add("E304", option, path, f"must be {span_of(option)}, not {describe(value)}", help)
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


def _boolean(option: Option, value: Any, path: Path, found: Findings) -> Any:
    if isinstance(value, bool):
        return value
    if value in ("true", "false") and isinstance(value, str):
        found.add("W009", option, path, f'is "{value}" as a string', replacement=value == "true")
        return value == "true"
    return _wrong_type(option, value, "true or false", path, found)


# -- texts


PHONES = ("phone", "phone_or_sip", "caller")
"""Kinds of options that take a telephone number."""


def _text_of(option: Option, value: Any, path: Path, found: Findings, wanted: str) -> str | None:
    """The value if it is a text, or a number that a script may write for one; else None, and reported."""
    if isinstance(value, str):
        return value
    is_number = (isinstance(value, int | float) and not isinstance(value, bool)) or _is_decimal(value)
    if is_number and found.manner.script and (not isinstance(value, float) or math.isfinite(value)):
        return str(value)
    if option.kind in PHONES and type(value) is int and forms.is_phone(digits := _digits(value)):
        message = "is a number; the API documents a string of digits"
        found.add("W035", option, path, message, replacement=digits)
        return digits
    replacement = str(value) if is_number and isinstance(value, int) and value.bit_length() < 400 else MISSING
    _wrong_type(option, value, wanted, path, found, replacement)
    return None


def _enum(option: Option, value: Any, path: Path, found: Findings) -> Any:
    choices = " or ".join(option.enum) if len(option.enum) < 3 else f"one of {', '.join(option.enum)}"
    if not isinstance(value, str):
        return _wrong_type(option, value, choices, path, found)
    if value in option.tolerated:
        found.add("W019", option, path, f"is {forms.quote(value)}, which is not documented: {option.tolerated_as}")
    elif value not in option.enum:
        same = next((choice for choice in option.enum if choice.casefold() == value.casefold()), MISSING)
        found.add("E302", option, path, f"must be {choices}, not {forms.quote(value)}", replacement=same)
    return value


def _string(option: Option, value: Any, path: Path, found: Findings) -> Any:
    text = _text_of(option, value, path, found, "a string")
    if text is None:
        return value
    if option.min_length and not text:
        found.add("E314", option, path, "is empty")
    elif option.max_length is not None and len(text) > option.max_length:
        found.add("E311", option, path, f"has {len(text)} characters; at most {option.max_length} are allowed")
    elif option.pattern and not compiled(option.pattern)(text):
        code = "E302" if option.known else "E313"
        found.add(code, option, path, f"must {_PATTERNS.get(option.pattern, 'fit its form')}, not {forms.quote(text)}")
    elif option.known and (option.warn_always or text not in option.known):
        known = ", ".join(option.known)
        what = "is documented by no official page" if option.warn_always else f"{forms.quote(text)} is not documented"
        found.add(option.open_code, option, path, f"{what}; known are {known}")
    return text


_PATTERNS = {
    "^CON-": "begin with CON-",
    forms.ONE_LINE: "hold no line end or other control character",
    "^[\\x20-\\x7E]+$": "hold printable ASCII characters only",
    "^audio/l16; ?rate=[0-9]{4,6}$": "be audio/l16;rate=8000, audio/l16;rate=16000 or audio/l16;rate=24000",
}


@lru_cache(maxsize=64)
def compiled(pattern: str) -> Callable[[str], object]:
    # `$` would let a line end through.
    return re.compile(pattern.replace("$", r"\Z")).search


def _formed(check: Callable[[str], forms.Wrong], wanted: str) -> Callable[[Option, Any, Path, Findings], Any]:
    def judge(option: Option, value: Any, path: Path, found: Findings) -> Any:
        text = _text_of(option, value, path, found, wanted)
        if text is None:
            return value
        if wrong := check(text):
            digits = text.lstrip("+").replace(" ", "").replace("-", "")
            fix = digits if wrong[0] == "E303" and text[0] == "+" and forms.is_phone(digits) else MISSING
            found.add(wrong[0], option, path, wrong[1], replacement=fix)
        return text

    return judge


_plain_url = _formed(forms.url, "a URL")


def _webhook(option: Option, value: Any, path: Path, found: Findings) -> Any:
    text = _plain_url(option, value, path, found)
    if isinstance(text, str) and text[:7].lower() == "http://":
        found.add("W002", option, path, "is sent over http:// unencrypted", "use https://")
    return text


_plain_sip = _formed(forms.sip, "a SIP URI")


def _sip(option: Option, value: Any, path: Path, found: Findings) -> Any:
    text = _plain_sip(option, value, path, found)
    if isinstance(text, str) and option.soft_max is not None and len(text) > option.soft_max:
        found.add("W019", option, path, f"has {len(text)} characters; {option.soft_max:g} are documented")
    return text


_plain_text = _formed(forms.text, "a string")


def _text(option: Option, value: Any, path: Path, found: Findings) -> Any:
    text = _plain_text(option, value, path, found)
    if isinstance(text, str) and found.manner.ssml and forms.is_ssml(text):
        from nccodsl.voice.ssml import check_ssml  # rare, and its parser is slow to import

        found.extend(Problem(problem.code, path, problem.message, problem.help) for problem in check_ssml(text))
    return text


def _voice(option: Option, value: Any, path: Path, found: Findings) -> Any:
    text = _string(option, value, path, found)
    if isinstance(text, str) and text not in languages().voices:
        found.add("W008", option, path, f"{forms.quote(text)} is not among the published voices")
    return text


def _tts(option: Option, value: Any, path: Path, found: Findings) -> Any:
    text = _string(option, value, path, found)
    if isinstance(text, str) and text.casefold() not in languages().tts_folded:
        found.add("W007", option, path, f"{forms.quote(text)} is not among the published languages")
    return text


def _asr(option: Option, value: Any, path: Path, found: Findings) -> Any:
    text = _string(option, value, path, found)
    if isinstance(text, str) and text.casefold() not in languages().asr_folded:
        found.add("W007", option, path, f"{forms.quote(text)} is not among the published languages")
    return text


# -- anything


def _map(option: Option, value: Any, path: Path, found: Findings) -> Any:
    if not isinstance(value, dict):
        return _wrong_type(option, value, "an object", path, found)
    if option.header_lines:
        _header_lines(option, value, path, found)
    return _any(option, value, path, found)


def _header_lines(option: Option, headers: dict[Any, Any], path: Path, found: Findings) -> None:
    for name, in_name in forms.broken_headers(headers):
        where = "the name of" if in_name else "the value of"
        message = f"holds a line end or another control character in {where} {forms.quote(str(name))}"
        found.add("E313", option, (*path, name), message, at_key=in_name)


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def _dates_as_text(value: Any) -> Any:
    """The value as JSON has it: ISO 8601 for dates and times. Raises RecursionError."""
    if isinstance(value, dict):
        return {name: _dates_as_text(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_dates_as_text(one) for one in value]
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else value


def _any(option: Option, value: Any, path: Path, found: Findings) -> Any:
    if holds_unknown(value):
        return value
    try:
        try:
            text = _encode(value)
        except TypeError:
            value = _dates_as_text(value)
            text = _encode(value)
        written = text.encode("utf-8", "replace")
    except (TypeError, ValueError, RecursionError):
        found.add("E318", option, path, "holds something that JSON cannot say, or too deep a nesting")
        return value
    if option.max_bytes is not None and len(written) > option.max_bytes:
        found.add("E312", option, path, f"takes {len(written)} bytes as JSON; at most {option.max_bytes} are allowed")
    return value


_JUDGES: dict[str, Callable[[Option, Any, Path, Findings], Any]] = {
    "integer": _number,
    "number": _number,
    "boolean": _boolean,
    "enum": _enum,
    "string": _string,
    "digits_text": _string,
    "caller": _string,
    "text": _text,
    "url": _plain_url,
    "webhook": _webhook,
    "sip": _sip,
    "voice": _voice,
    "tts_language": _tts,
    "asr_language": _asr,
    "map": _map,
    "any": _any,
    "ws": _formed(forms.websocket, "a WebSocket URI"),
    "phone": _formed(forms.phone, "a phone number in a string"),
    "phone_or_sip": _formed(forms.phone_or_sip, "a phone number in a string"),
    "dtmf": _formed(forms.dtmf, "keys in a string"),
    "key": _formed(forms.key, "a key in a string"),
    "shaken": _formed(forms.identity, "an Identity header"),
}
