"""Damaging a text: at the level of bytes, tokens, lines and JSON values."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from random import Random
from typing import Any

from tests.fuzz import breakers

LARGEST = 60_000
"""Characters of an input: what is longer is cut."""
LONG = (20, 50, 300, 3_000, 20_000)
"""Lengths of runs."""
DEEP = (5, 40, 120, 1_000, 10_000)
_TOKEN = re.compile(r"\w+|\s+|\"\"\"|[^\w\s]")
_STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
_NUMBER = re.compile(r"(?<![\w.])\d[\w.]*")
_OPTION = re.compile(r"(?<!\S)(\w+)=(\"(?:[^\"\\\n]|\\.)*\"|[^\s{}\[\]\"]+)")
Mutation = Callable[[Random, str, str], str]
"""Takes chance, a text and another one of its kind to a damaged text."""


def mutated(random: Random, text: str, other: str, *, is_json: bool) -> str:
    """The text with one to four damages; every other script keeps its syntax, and only what it says is odd."""
    kinds = _JSON_TOO if is_json else random.choice((_ANY, _WITHIN))
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 4))):
        text = random.choice(kinds)(random, text, other)[:LARGEST]
    return text


def bad_text(random: Random) -> str:
    """Something hostile: one of the known texts, a long run, or a deep nest."""
    choice = random.random()
    if choice < 0.7:
        return random.choice(breakers.TEXTS)
    if choice < 0.88:
        return _run(random)
    opening, closing = random.choice(breakers.NESTED)
    depth = random.choice(DEEP)
    return opening * depth + random.choice(("", "1", '"x"', "{{ x }}")) + closing * random.choice((depth, depth, 0))


def _run(random: Random) -> str:
    unit = "".join(random.choice(breakers.UNITS) for _ in range(random.choice((1, 1, 2, 3))))
    return unit * (random.choice(LONG) // len(unit) + 1)


# -- bytes ----------------------------------------------------------------------------------------


def _flip(random: Random, text: str, _other: str) -> str:
    """Change, insert or delete some bytes; what is no UTF-8 then stays so, as surrogate escapes."""
    data = bytearray(text.encode("utf-8", "surrogatepass"))
    for _ in range(random.choice((1, 1, 2, 8))):
        at = random.randrange(len(data) + 1)
        data[at : at + random.choice((0, 1, 1, 4))] = random.choice(
            (b"", bytes((random.randrange(256),)), bytes((random.randrange(32, 127),)))
        )
    return data.decode("utf-8", "surrogateescape")


def _insert(random: Random, text: str, _other: str) -> str:
    at = random.randrange(len(text) + 1)
    return text[:at] + bad_text(random) + text[at:]


def _double(random: Random, text: str, _other: str) -> str:
    begin, end = _range(random, text)
    return text[:end] + text[begin:end] * random.choice((1, 1, 2, 50)) + text[end:]


def _delete(random: Random, text: str, _other: str) -> str:
    begin, end = _range(random, text)
    return text[:begin] + text[end:]


def _splice(random: Random, text: str, other: str) -> str:
    """The beginning of one, and the end or a part of another."""
    at = random.randrange(len(text) + 1)
    begin, end = _range(random, other)
    return text[:at] + random.choice((other[begin:], other[begin:end] + text[at:]))


def _cut(random: Random, text: str, _other: str) -> str:
    return text[: random.randrange(len(text) + 1)]


def _range(random: Random, text: str) -> tuple[int, int]:
    begin = random.randrange(len(text) + 1)
    return begin, min(begin + random.choice((1, 3, 10, 40, 200, 1000)), len(text))


# -- tokens ---------------------------------------------------------------------------------------


def _token(random: Random, text: str, other: str) -> str:
    """Replace, drop, double or swap tokens."""
    tokens = _TOKEN.findall(text)
    if not tokens:
        return text
    at = random.randrange(len(tokens))
    choice = random.randrange(5)
    if choice == 0:
        tokens[at] = bad_text(random)
    elif choice == 1:
        tokens[at] = random.choice(_TOKEN.findall(other) or [""])
    elif choice == 2:
        del tokens[at]
    elif choice == 3:
        tokens.insert(at, tokens[at])
    else:
        with_ = random.randrange(len(tokens))
        tokens[at], tokens[with_] = tokens[with_], tokens[at]
    return "".join(tokens)


# -- lines ----------------------------------------------------------------------------------------


def _line(random: Random, text: str, other: str) -> str:
    """Insert, drop, double, move or indent lines."""
    lines = text.split("\n")
    at = random.randrange(len(lines))
    choice = random.randrange(6)
    if choice == 0:
        lines.insert(at, random.choice(other.split("\n")))
    elif choice == 1:
        del lines[at : at + random.choice((1, 1, 3))]
    elif choice == 2:
        lines[at:at] = [lines[at]] * random.choice((1, 1, 5, 200))
    elif choice == 3:
        lines.insert(random.randrange(len(lines)), lines.pop(at))
    elif choice == 4:
        lines[at] = random.choice(("  ", "\t", "# ", '"', "} ", "{ ")) + lines[at]
    else:
        lines[at] += random.choice(breakers.TEXTS)
    return "\n".join(lines)


# -- within the syntax ------------------------------------------------------------------------------


def _string(random: Random, text: str, other: str) -> str:
    """Change what a string says."""
    found = list(_STRING.finditer(text))
    if not found:
        return text
    one = random.choice(found)
    inner = random.choice([each[1] for each in _STRING.finditer(other)] or [""])
    bad = json.dumps(bad_text(random), ensure_ascii=False)[1:-1]
    at = random.randrange(len(one[1]) + 1)
    said = random.choice((inner, bad, one[1][:at] + bad + one[1][at:], one[1] + " " + inner, one[1] * 20))
    return f'{text[: one.start()]}"{said}"{text[one.end() :]}'


def _number(random: Random, text: str, _other: str) -> str:
    """Change a number."""
    found = list(_NUMBER.finditer(text))
    if not found:
        return text
    one = random.choice(found)
    return text[: one.start()] + random.choice(breakers.NUMBERS) + text[one.end() :]


def _option(random: Random, text: str, other: str) -> str:
    """Change an option's value, or bring an option from elsewhere."""
    mine, theirs = list(_OPTION.finditer(text)), list(_OPTION.finditer(other))
    if not mine or not theirs:
        return text
    one, another = random.choice(mine), random.choice(theirs)
    new = random.choice((f"{one[1]}={another[2]}", f"{one[0]} {another[0]}", "", another[0]))
    return text[: one.start()] + new + text[one.end() :]


def _whole_lines(random: Random, text: str, other: str) -> str:
    """Double a line, drop one, or bring one from elsewhere: those that open or close nothing."""
    lines = text.split("\n")
    at = random.randrange(len(lines))
    theirs = [line for line in other.split("\n") if not set(line) & set("{}[]")] or [""]
    if set(lines[at]) & set("{}[]"):
        return text
    lines[at : at + 1] = random.choice(([], [lines[at]] * 2, [lines[at]] * 40, [lines[at], random.choice(theirs)]))
    return "\n".join(lines)


# -- JSON -----------------------------------------------------------------------------------------


def _json(random: Random, text: str, other: str) -> str:
    """Change a value of a document; the text is left alone where it is no JSON."""
    document = _read(text)
    if document is _NOTHING:
        return text
    places = list(_places(document))
    if not places:
        return json.dumps(_odd_value(random, other))
    owner, key = random.choice(places)
    choice = random.randrange(7)
    if choice <= 1:
        owner[key] = _odd_value(random, other)
    elif choice == 2:
        del owner[key]
    elif choice == 3:
        _, from_ = places[0], random.choice(places)
        owner[key] = json.loads(json.dumps(from_[0][from_[1]]))
    elif choice == 4 and isinstance(owner, list):
        owner[key:key] = [owner[key]] * random.choice((1, 1, 3, 60))
    elif choice == 4 or choice == 5:
        _rename(random, owner, key, places)
    else:
        owner[key] = random.choice(([owner[key]], {"a": owner[key]}, str(owner[key]), [[owner[key]]]))
    return _dumped(random, document)


def _rename(random: Random, owner: Any, key: Any, places: list[tuple[Any, Any]]) -> None:
    """Give a member another name: one that stands elsewhere, or a hostile one."""
    if isinstance(owner, dict):
        names = [name for _, name in places if isinstance(name, str)]
        owner[random.choice((random.choice(names), bad_text(random)[:300]))] = owner.pop(key)


def _odd_value(random: Random, other: str) -> Any:
    choice = random.randrange(4)
    if choice == 0:
        return bad_text(random)
    if choice == 1:
        return random.choice((None, True, False, 0, -1, 1e308, 10**400, 0.5, [], {}, "", [None], {"": None}, 3, 10**15))
    if choice == 2:
        places = list(_places(_read(other)))
        if places:
            owner, key = random.choice(places)
            return owner[key]
    return _nest(random.choice(DEEP[:3]), bad_text(random))


def _nest(depth: int, value: Any) -> Any:
    for _ in range(depth):
        value = [value] if depth % 2 else {"a": value}
    return value


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every object or array of a document with each of its keys."""
    found: list[tuple[Any, Any]] = []
    left = [value]
    while left:
        one = left.pop()
        keys = one if isinstance(one, dict) else range(len(one)) if isinstance(one, list) else ()
        for key in keys:
            found.append((one, key))
            left.append(one[key])
    return found


_NOTHING = object()


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _NOTHING


def _dumped(random: Random, document: Any) -> str:
    try:
        text = json.dumps(document, indent=random.choice((None, None, 1)), ensure_ascii=random.random() < 0.5)
    except (ValueError, RecursionError):
        return "[]"
    # Lines of documents are read too.
    return text if random.random() < 0.9 else f"{json.dumps(document)}\n{json.dumps(document)}\n"


_ANY: tuple[Mutation, ...] = (_flip, _insert, _insert, _double, _delete, _splice, _cut, _token, _token, _line, _line)
_WITHIN: tuple[Mutation, ...] = (_string, _string, _string, _number, _option, _option, _whole_lines)
_JSON_TOO: tuple[Mutation, ...] = (*_ANY, *(_json,) * 14)
