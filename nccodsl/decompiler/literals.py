"""JSON values as values of the language.

A function yields None for what the language would not write back as it was; its caller keeps that with `raw`.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from nccodsl.base.phone import NotAPhoneNumber, digits, is_phone
from nccodsl.base.source import Span
from nccodsl.decompiler.param_holes import Filled, ParamHole
from nccodsl.syntax import ast
from nccodsl.syntax.nodes import LITERALS
from nccodsl.voice.catalogue import Option
from nccodsl.voice.objects import rule_for
from nccodsl.voice.text_rules import PHONES

NOWHERE = Span(0, 0)

LONG_TEXT = 80
"""Characters from which on a spoken text is written as a long string."""

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*").fullmatch
_DIGITS = re.compile(r"[0-9]{1,40}").fullmatch
_WORDS = frozenset(("enum", "tts_language", "asr_language", "voice"))
_NUMBERS = frozenset(("integer", "number"))
_MARK = re.compile(r"\{[{%#]")
# Jinja would turn all line ends into `\n`; a brace before what is put in would become part of it.
_OPAQUE = re.compile(r"\{{2,}[%#]?|\{[%#]|\{*\r|\{\Z")


def name(text: str) -> ast.Name:
    return ast.Name(span=NOWHERE, text=text)


def option(name_of_option: str, value: ast.Value) -> ast.Option:
    return ast.Option(span=NOWHERE, name=name(name_of_option), value=value)


def value_of(spec: Option, value: Any) -> ast.Value | None:
    """The value of an option; a list of one without the list."""
    if isinstance(value, ParamHole | Filled):
        return _hole(value)
    if not spec.many:
        return _scalar(spec, value)
    if not isinstance(value, list):
        return None
    items = [free(item) if spec.kind == "any" else _scalar(spec, item) for item in value]
    known = tuple(item for item in items if item is not None)
    if len(known) < len(items):
        return None
    return known[0] if len(known) == 1 and spec.kind != "any" else ast.ListValue(span=NOWHERE, items=known)


def free(value: Any) -> ast.Value:
    """A value whose form is its author's own: payloads, headers, raw members."""
    match value:
        case ParamHole() | Filled():
            return _hole(value)
        case None:
            return ast.Null(span=NOWHERE)
        case bool():
            return ast.Boolean(span=NOWHERE, value=value)
        case int() | float():
            return _number(value)
        case str():
            return text(value)
        case list():
            return ast.ListValue(span=NOWHERE, items=tuple(free(item) for item in value))
        case _:
            entries = (ast.Entry(span=NOWHERE, key=name(key), value=free(item)) for key, item in value.items())
            return ast.MapValue(span=NOWHERE, entries=tuple(entries))


def text(value: str, *, long: bool = False) -> ast.Text:
    """A text that is taken literally, whatever is in it."""
    return ast.Text(span=NOWHERE, text=_literal(value), long=long)


def _literal(value: str) -> str:
    """The template that yields `value`."""
    return _escaped(value) if _MARK.search(value) else value


def _escaped(value: str) -> str:
    return _OPAQUE.sub(lambda found: f"{{{{ '{found[0]}' }}}}".replace("\r", "\\r"), value)


def _hole(value: ParamHole | Filled) -> ast.Value:
    if isinstance(value, ParamHole):
        return ast.Template(span=NOWHERE, source=f" {value.name} ")
    parts = [_escaped(part) if isinstance(part, str) else f"{{{{ {part.name} }}}}" for part in value.parts]
    joined = "".join(parts)
    return ast.Text(span=NOWHERE, text=joined, long=_is_long(joined))


def _is_long(value: str) -> bool:
    """Whether a text reads better as a long string: it has lines, or quotes, or fills a line."""
    return "\n" in value or (value == value.strip(' "') and (len(value) > LONG_TEXT or '"' in value))


def _scalar(spec: Option, value: Any) -> ast.Value | None:
    if isinstance(value, ParamHole | Filled):
        return _hole(value)
    if spec.kind in ("map", "any"):
        return free(value)
    if spec.kind in _NUMBERS:
        return _numeric(spec, value)
    if spec.kind == "boolean":
        # Both are what the option's rule makes of a boolean that is written as a string.
        value = {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value
        return ast.Boolean(span=NOWHERE, value=value) if isinstance(value, bool) else None
    if spec.kind in PHONES and type(value) is int and is_phone(text := str(value)):
        return ast.Number(span=NOWHERE, text=text, value=value)
    return _textual(spec, value) if isinstance(value, str) else None


def _textual(spec: Option, value: str) -> ast.Value | None:
    if spec.kind in _WORDS or spec.known:
        is_word = _WORD(value) and value not in LITERALS
        return ast.Word(span=NOWHERE, text=value) if is_word else text(value)
    if spec.kind in PHONES or spec.kind == "digits_text":
        if _DIGITS(value):
            return ast.Number(span=NOWHERE, text=value, value=int(value))
        return text(value) if spec.kind == "digits_text" or _stays(value) else None
    return text(value, long=spec.kind == "text" and _is_long(value))


def _stays(number: str) -> bool:
    """Whether the language leaves a number as it is: it brings all common ways of writing one into one form."""
    if not number or number[0] not in "+0123456789(":
        return True
    try:
        return digits(number) == number
    except NotAPhoneNumber:
        return True


def _numeric(spec: Option, value: Any) -> ast.Value | None:
    if isinstance(value, str):
        value = rule_for(spec)(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return (_duration(value) if spec.unit == "s" else None) or _number(value)


def _number(value: float) -> ast.Number:
    return ast.Number(span=NOWHERE, text=json.dumps(value), value=value)


_HOUR, _MINUTE = 3600, 60


def _duration(seconds: float) -> ast.Duration | None:
    """`20s`, `2m`, `1h30m`, `500ms`, `1.5s`; None for what is finer than a millisecond."""
    milliseconds = round(seconds * 1000) if 0 <= seconds < 1e9 else -1
    if milliseconds < 0 or milliseconds / 1000 != seconds:
        return None
    whole, rest = divmod(milliseconds, 1000)
    if rest:
        written = f"{seconds}s" if whole else f"{milliseconds}ms"
    elif whole < 2 * _MINUTE or whole % _MINUTE:
        written = f"{whole}s"
    else:
        hours, minutes = whole // _HOUR, whole % _HOUR // _MINUTE
        written = (f"{hours}h" if hours else "") + (f"{minutes}m" if minutes else "")
    return ast.Duration(span=NOWHERE, text=written, milliseconds=milliseconds)
