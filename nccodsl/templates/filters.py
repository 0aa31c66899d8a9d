"""The filters that Jinja has too, with Jinja's meaning, in one table; each bounded and free of Python attributes.

Others come with the dialect. What takes another filter or test (`map`, `select`) is called with it ready made.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_from_bytes

from markupsafe import Markup, escape

from nccodsl.diagnostics import messages
from nccodsl.templates import limits
from nccodsl.templates.access import forbid_private, item
from nccodsl.templates.dialect import Function, Manner
from nccodsl.templates.operators import kind, plain, to_text
from nccodsl.templates.scope import MISSING, Refusal

_WORD_START = re.compile(r"([-\s({\[<]+)")
_WORD = re.compile(r"\w+")


def items_of(value: Any) -> list[Any]:
    """The items of what can be looped over."""
    if isinstance(value, str):
        return list(plain(value))
    if isinstance(value, list | tuple | dict | set | frozenset):
        return list(value)
    raise Refusal(messages.template_values.no_list(kind(value)))


def _whole(value: Any, name: str, low: int, high: int) -> int:
    if not isinstance(value, int):
        raise Refusal(messages.template_values.wants_whole_number(name, kind(value)))
    if value < low:
        raise Refusal(messages.template_values.too_small(name, low))
    if value > high:
        raise Refusal(messages.template_limits.argument_too_large(name, high))
    return value


def attribute_of(value: Any, path: Any) -> Any:
    """What `attribute="a.b.0"` reads of an item; MISSING where there is no such member."""
    if isinstance(path, int):
        return item(value, path)
    for part in plain(path).split("."):
        forbid_private(part)
        value = item(value, int(part) if part.isdigit() and len(part) < 10 else part)
        if value is MISSING:
            break
    return value


def _needed(value: Any, path: Any) -> Any:
    found = attribute_of(value, path)
    if found is MISSING:
        raise Refusal(messages.templates.item_without(path))
    return found


def _key(case_sensitive: bool, attribute: Any = None) -> Callable[[Any], Any]:
    def fold(value: Any) -> Any:
        return value.lower() if isinstance(value, str) and not case_sensitive else value

    if attribute is None:
        return fold
    if isinstance(attribute, str) and "," in attribute:
        paths = attribute.split(",")
        return lambda value: [fold(_needed(value, path)) for path in paths]
    return lambda value: fold(_needed(value, attribute))


def _abs(manner: Manner, value: Any) -> Any:
    return abs(value)


def _title(manner: Manner, value: Any) -> str:
    return "".join(part[0].upper() + part[1:].lower() for part in _WORD_START.split(plain(value)) if part)


def _first(manner: Manner, value: Any) -> Any:
    return next(iter(items_of(value) if not isinstance(value, str) else plain(value)), MISSING)


def _last(manner: Manner, value: Any) -> Any:
    return next(reversed(items_of(value)), MISSING)


def _length(manner: Manner, value: Any) -> int:
    return len(plain(value) if isinstance(value, str) else value)


def _int(manner: Manner, value: Any, default: Any = 0, base: int = 10) -> Any:
    try:
        return int(plain(value), base) if isinstance(value, str) else int(value)
    except (TypeError, ValueError):
        try:
            return int(float(value))
        except (TypeError, ValueError, OverflowError):
            return default


def _float(manner: Manner, value: Any, default: Any = 0.0) -> Any:
    try:
        return float(value)
    except (TypeError, ValueError):
        return default


def _join(manner: Manner, value: Any, d: Any = "", attribute: Any = None) -> str:
    found = items_of(value)
    if attribute is not None:
        found = [_needed(part, attribute) for part in found]
    texts = [to_text(part) for part in found]
    separator = to_text(d)
    if manner.markup and any(isinstance(text, Markup) for text in (*texts, separator)):
        texts, separator = [escape(text) for text in texts], escape(separator)
    limits.check_length(sum(map(len, texts)) + len(separator) * max(0, len(texts) - 1))
    return separator.join(texts)


def _replace(manner: Manner, value: Any, old: Any, new: Any, count: int | None = None) -> str:
    text, before, after = plain(value), plain(old), plain(new)
    times = -1 if count is None else count
    found = text.count(before)
    limits.check_length(len(text) + (found if times < 0 else min(found, times)) * max(0, len(after) - len(before)))
    return text.replace(before, after, times)


def _reverse(manner: Manner, value: Any) -> Any:
    return plain(value)[::-1] if isinstance(value, str) else items_of(value)[::-1]


def _round(manner: Manner, value: Any, precision: int = 0, method: str = "common") -> Any:
    if not isinstance(value, int | float):
        raise Refusal(messages.template_values.wants_number("round", kind(value)))
    _whole(precision, "precision", -limits.ROUND_DIGITS, limits.ROUND_DIGITS)
    if method == "common":
        return round(value, precision)
    if method not in ("ceil", "floor"):
        raise Refusal(messages.template_values.method_of_round())
    rounding = math.ceil if method == "ceil" else math.floor
    return rounding(value * (10**precision)) / (10**precision)


def _sort(manner: Manner, value: Any, reverse: Any = False, case_sensitive: Any = False, attribute: Any = None) -> Any:
    return sorted(items_of(value), key=_key(case_sensitive, attribute), reverse=bool(reverse))


def _dictsort(manner: Manner, value: Any, case_sensitive: Any = False, by: str = "key", reverse: Any = False) -> Any:
    if by not in ("key", "value"):
        raise Refusal(messages.template_values.dictsort_by())
    fold = _key(case_sensitive)
    position = 0 if by == "key" else 1
    return sorted(_items(manner, value), key=lambda pair: fold(pair[position]), reverse=bool(reverse))


def _unique(manner: Manner, value: Any, case_sensitive: Any = False, attribute: Any = None) -> list[Any]:
    key = _key(case_sensitive, attribute)
    seen = set()
    found = []
    for part in items_of(value):
        mark = key(part)
        if mark not in seen:
            seen.add(mark)
            found.append(part)
    return found


def _min(manner: Manner, value: Any, case_sensitive: Any = False, attribute: Any = None) -> Any:
    return min(items_of(value), key=_key(case_sensitive, attribute), default=MISSING)


def _max(manner: Manner, value: Any, case_sensitive: Any = False, attribute: Any = None) -> Any:
    return max(items_of(value), key=_key(case_sensitive, attribute), default=MISSING)


def _sum(manner: Manner, value: Any, attribute: Any = None, start: Any = 0) -> Any:
    parts = items_of(value)
    if attribute is not None:
        parts = [_needed(part, attribute) for part in parts]
    for part in (*parts, start):
        # Adding lists up would copy the first of them once for each.
        if isinstance(part, str | list | tuple | dict):
            raise Refusal(messages.template_values.sum_adds_numbers(kind(part)))
    return sum(parts, start)


def _truncate(
    manner: Manner, value: Any, length: int = 255, killwords: Any = False, end: str = "...", leeway: int = 5
) -> Any:
    _whole(length, "length", len(plain(end)), limits.OUTPUT_CHARACTERS)
    _whole(leeway, "leeway", 0, limits.OUTPUT_CHARACTERS)
    # As in Jinja, which counts the elements of a list, and keeps one that is short.
    if isinstance(value, list | tuple | dict) and len(value) <= length + leeway:
        return value
    text = plain(value)
    if len(text) <= length + leeway:
        return text
    text = text[: length - len(end)]
    return (text if killwords else text.rsplit(" ", 1)[0]) + end


def _quote(value: Any, whole: bool) -> str:
    quoted = quote_from_bytes(plain(value).encode(), b"" if whole else b"/")
    return quoted.replace("%20", "+") if whole else quoted


def _urlencode(manner: Manner, value: Any) -> str:
    if isinstance(value, dict):
        value = list(value.items())
    if not isinstance(value, list | tuple):
        return _quote(value, False)
    return "&".join(f"{_quote(name, True)}={_quote(part, True)}" for name, part in value)


def _escape(manner: Manner, value: Any) -> str:
    escaped = escape(to_text(value))
    return escaped if manner.markup else str(escaped)


def _tojson(manner: Manner, value: Any, indent: int | None = None) -> str:
    if indent is not None:
        _whole(indent, "indent", 0, 16)
    limits.weigh(value)
    text = json.dumps(value, sort_keys=True, indent=indent)
    for character in "<>&'":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _batch(manner: Manner, value: Any, linecount: int, fill_with: Any = None) -> list[list[Any]]:
    _whole(linecount, "linecount", 1, limits.RANGE_ITEMS)
    parts = items_of(value)
    rows = [parts[start : start + linecount] for start in range(0, len(parts), linecount)]
    if rows and fill_with is not None:
        rows[-1] += [fill_with] * (linecount - len(rows[-1]))
    return rows


def _items(manner: Manner, value: Any) -> list[Any]:
    if not isinstance(value, dict):
        raise Refusal(messages.template_values.no_map(kind(value)))
    return list(value.items())


def _trim(manner: Manner, value: Any, chars: str | None = None) -> str:
    return plain(value).strip(chars)


FILTERS: dict[str, Function] = {
    "abs": _abs,
    "batch": _batch,
    "capitalize": lambda manner, value: plain(value).capitalize(),
    "count": _length,
    "dictsort": _dictsort,
    "e": _escape,
    "escape": _escape,
    "first": _first,
    "float": _float,
    "int": _int,
    "items": _items,
    "join": _join,
    "last": _last,
    "length": _length,
    "list": lambda manner, value: items_of(value),
    "lower": lambda manner, value: plain(value).lower(),
    "max": _max,
    "min": _min,
    "replace": _replace,
    "reverse": _reverse,
    "round": _round,
    "sort": _sort,
    "string": lambda manner, value: to_text(value),
    "sum": _sum,
    "title": _title,
    "tojson": _tojson,
    "trim": _trim,
    "truncate": _truncate,
    "unique": _unique,
    "upper": lambda manner, value: plain(value).upper(),
    "urlencode": _urlencode,
    "wordcount": lambda manner, value: len(_WORD.findall(plain(value))),
}

FREE = frozenset({"length", "count", "abs", "round"})
"""Filters whose work does not grow with the items of a list; the others are charged for each."""
