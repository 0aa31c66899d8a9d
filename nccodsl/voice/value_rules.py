"""Single values: what one option takes, what it becomes as JSON, and what is wrong with it otherwise.

Owns: the judge of each kind of value, and free maps. Does not own: numbers (number_rules), texts (text_rules), arrays,
objects, keys (objects), rules between options (cross).
"""

from __future__ import annotations

import datetime
import json
from typing import Any

from nccodsl.diagnostics import messages
from nccodsl.diagnostics.suggest import remove
from nccodsl.voice import forms
from nccodsl.voice.catalogue import Option
from nccodsl.voice.findings import Findings, wrong_type
from nccodsl.voice.number_rules import boolean, number
from nccodsl.voice.problems import Path, Unknown, holds_unknown
from nccodsl.voice.text_rules import TEXTS, Judge


def scalar(option: Option, value: Any, path: Path, found: Findings) -> Any:
    """Judge one value, no array, of an option; returns it as JSON wants it."""
    if isinstance(value, Unknown):
        return value
    if value is None and option.kind != "any":
        found.report(messages.values.null_value(found.say(option), remove(found.say(option))), path)
        return value
    return _JUDGES[option.kind](option, value, path, found)


def _map(option: Option, value: Any, path: Path, found: Findings) -> Any:
    if not isinstance(value, dict):
        return wrong_type(option, value, "an object", path, found)
    if option.header_lines:
        _header_lines(option, value, path, found)
    return _any(option, value, path, found)


def _header_lines(option: Option, headers: dict[Any, Any], path: Path, found: Findings) -> None:
    for name, in_name in forms.broken_headers(headers):
        message = messages.forms.control_in_header(forms.quote(str(name)), in_name=in_name)
        found.report(messages.forms.of(f"`{found.say(option)}`", message), (*path, name), at_key=in_name)


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
        found.report(messages.values.beyond_json(found.say(option)), path)
        return value
    if option.max_bytes is not None and len(written) > option.max_bytes:
        largest = _largest(value, len(written) - option.max_bytes)
        message = messages.values.too_many_bytes(found.say(option), len(written), option.max_bytes, largest)
        found.report(message, path)
    return value


def _largest(value: object, over: int) -> str | None:
    """The member without which a map is not `over` so many bytes too large."""
    if not isinstance(value, dict):
        return None
    sizes = {
        str(name): len(f"{name}{_encode(_dates_as_text(one))}".encode("utf-8", "replace"))
        for name, one in value.items()
    }
    largest = max(sizes, key=sizes.__getitem__)
    return largest if sizes[largest] >= over else None


_JUDGES: dict[str, Judge] = {
    "integer": number,
    "number": number,
    "boolean": boolean,
    **TEXTS,
    "map": _map,
    "any": _any,
}
