"""The fastest way to render: a document whose holes are plain names is one pattern, filled at once.

It judges each value by the same tests as the common way, and takes only texts that the common way would leave as they
are. Whatever it is not sure of, the common way renders, or refuses with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import cast

from nccodsl.analysis.program import Hole, Parameter
from nccodsl.analysis.types import UNCHANGED, any_text
from nccodsl.base.record import Record
from nccodsl.lowering.holes import Emit
from nccodsl.lowering.pieces import Piece
from nccodsl.templates import Expression, Template
from nccodsl.voice.catalogue import Option
from nccodsl.voice.forms import TEXT_LIMIT, is_phone, is_plain_url
from nccodsl.voice.objects import text_test

Test = Callable[[str], object]
"""Whether a text is surely right, and written as it is."""
AtOnce = Callable[[Mapping[str, object]], "bytes | None"]
"""The document of some values; None where the common way has to look at them."""
_ESCAPED = re.compile(r'["\\\x00-\x1f]').search
"""What JSON does not write as it is."""


class PlainHole(Record):
    """A hole that is filled with texts as they are: its JSON with `%s` for each name, and the test of a single one.

    Without a test, the names stand within a text, which is right if it is short enough with the `constant` characters.
    """

    pattern: str
    names: tuple[str, ...]
    test: Test | None
    constant: int = 0


def plain_hole(value: object, prefix: str, option: Option | None) -> PlainHole | None:
    """The hole of a member as a pattern; None where it is more than that."""
    if not isinstance(value, Hole):
        return None
    code = value.code
    if isinstance(code, Expression):
        name = _plain_name(code)
        test = text_test(option) if option is not None else None
        if name is None or test is None:
            return None
        written = '["%s"]' if option is not None and option.many else '"%s"'
        return PlainHole(_literal(prefix) + written, (name,), test)
    return _within_text(code, prefix, option)


def _within_text(code: Template, prefix: str, option: Option | None) -> PlainHole | None:
    pieces = code.pieces or ()
    if option is None or option.kind != "text" or option.many or code.markup or code.problems:
        return None
    first = pieces[0] if pieces else None
    # What begins with a value could begin with `<speak`.
    if not isinstance(first, str) or first.lstrip()[:1] in ("", "<") or _ESCAPED(code.text):
        return None
    pattern, names, constant = _literal(prefix) + '"', [], 0
    for piece in pieces:
        name = None if isinstance(piece, str) else _plain_name(piece)
        if isinstance(piece, str):
            pattern += _literal(piece)
            constant += len(piece)
        elif name is None:
            return None
        else:
            pattern += "%s"
            names.append(name)
    return PlainHole(pattern + '"', tuple(names), None, constant)


def _plain_name(code: Expression) -> str | None:
    if len(code.names) != 1 or code.problems or code.source.strip() != code.names[0].name:
        return None
    return code.names[0].name


def _literal(text: str) -> str:
    return text.replace("%", "%%")


def at_once(pieces: Sequence[Piece], plain: Mapping[Emit, PlainHole], parameters: Sequence[Parameter]) -> AtOnce | None:
    """The document of some pieces as one pattern; None where some hole, or some param, is more than a plain name."""
    pattern = ""
    names: list[str] = []
    constant = 0
    tests: dict[tuple[str, Test], None] = {}
    for piece in pieces:
        hole = piece if isinstance(piece, str) else plain.get(piece)
        if hole is None:
            return None
        if isinstance(hole, str):
            pattern += _literal(hole)
            continue
        pattern += hole.pattern
        names += hole.names
        constant = max(constant, hole.constant)
        if hole.test is not None:
            tests[hole.names[0], hole.test] = None
    places = {name: place for place, name in enumerate(names)}
    if places.keys() != {parameter.name for parameter in parameters}:
        return None
    for parameter in parameters:
        unchanged = UNCHANGED.get(parameter.type)
        if unchanged is None:
            return None
        tests[parameter.name, unchanged] = None
    judged = [(places[name], test) for name, test in tests if not _is_implied(name, test, tests)]
    return _filling(pattern, names, len(places), judged, TEXT_LIMIT - constant)


_STRICTER: dict[Test, Test] = {is_phone: UNCHANGED["phone"], UNCHANGED["url"]: is_plain_url}
"""Of two tests of one value, the second accepts nothing that the first refuses."""


def _is_implied(name: str, test: Test, tests: Mapping[tuple[str, Test], None]) -> bool:
    """Whether another test of the same value makes this one needless."""
    stricter = _STRICTER.get(test)
    return test is any_text or (stricter is not None and (name, stricter) in tests)


def _each(names: list[str]) -> Callable[[Mapping[str, object]], tuple[object, ...]]:
    """What `itemgetter` is for several names, for one or none."""
    return lambda values: tuple([values[name] for name in names])


def _filling(pattern: str, names: list[str], count: int, judged: list[tuple[int, Test]], most: int) -> AtOnce:
    fetch: Callable[[Mapping[str, object]], tuple[object, ...]] = itemgetter(*names) if len(names) > 1 else _each(names)
    kinds = [str] * len(names)

    def fill(values: Mapping[str, object]) -> bytes | None:
        if len(values) != count:
            return None
        try:
            cells = cast(tuple[str, ...], fetch(values))
        except KeyError:
            return None
        if list(map(type, cells)) != kinds:
            return None
        for index, test in judged:
            if not test(cells[index]):
                return None
        together = "".join(cells)
        if len(together) > most or _ESCAPED(together):
            return None
        try:
            return (pattern % cells).encode()
        except UnicodeEncodeError:
            return None

    return fill
