"""The fastest way to render: a document whose holes are plain names is one pattern, filled at once.

It judges each value by the same tests as the common way, and takes only texts that the common way would leave as they
are. Whatever it is not sure of, the common way renders, or refuses with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from operator import countOf, itemgetter
from typing import Any

from nccodsl.analysis.program import Hole, Parameter
from nccodsl.analysis.types import UNCHANGED, any_text
from nccodsl.base.record import Record
from nccodsl.lowering.holes import Emit
from nccodsl.lowering.pieces import Piece
from nccodsl.templates import Expression, Template
from nccodsl.voice.catalogue import Option
from nccodsl.voice.forms import TEXT_LIMIT, is_phone, is_phone_or_sip, is_plain_url
from nccodsl.voice.objects import text_test

Test = Callable[[str], object]
"""Whether a text is surely right, and written as it is."""
_ESCAPED = re.compile(r'["\\\x00-\x1f\ud800-\udfff]').search
"""What JSON does not write as it is, and what UTF-8 cannot write."""


OfTexts = Callable[[Sequence[str]], "str | None"]
OfValues = Callable[[Mapping[str, object]], "bytes | None"]


class AtOnce(Record):
    """The document of some values as one pattern.

    `names` are the params in the order in which the pattern has them, each as often as it stands there. `may_be_empty`
    are those for which the empty text will do. `of_texts` makes the document of the texts for `names`, `of_values` that
    of values by name, which must be those of the params. Both yield None where the common way has to look at them.
    """

    names: tuple[str, ...]
    may_be_empty: frozenset[str]
    of_texts: OfTexts
    of_values: OfValues


class PlainHole(Record):
    """A hole that is filled with texts as they are: its JSON as what stands around each name, and the test of a name.

    There is one text more than names. Without a test, the names stand within a text, which is right if it is short
    enough with the `constant` characters.
    """

    texts: tuple[str, ...]
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
        before, after = ('["', '"]') if option is not None and option.many else ('"', '"')
        return PlainHole((prefix + before, after), (name,), test)
    return _within_text(code, prefix, option)


def _within_text(code: Template, prefix: str, option: Option | None) -> PlainHole | None:
    pieces = code.pieces or ()
    if option is None or option.kind != "text" or option.many or code.markup or code.problems:
        return None
    first = pieces[0] if pieces else None
    # What begins with a value could begin with `<speak`.
    if not isinstance(first, str) or first.lstrip()[:1] in ("", "<") or _ESCAPED(code.text):
        return None
    texts, names, constant = [prefix + '"'], [], 0
    for piece in pieces:
        name = None if isinstance(piece, str) else _plain_name(piece)
        if isinstance(piece, str):
            texts[-1] += piece
            constant += len(piece)
        elif name is None:
            return None
        else:
            names.append(name)
            texts.append("")
    texts[-1] += '"'
    return PlainHole(tuple(texts), tuple(names), None, constant)


def _plain_name(code: Expression) -> str | None:
    if len(code.names) != 1 or code.problems or code.source.strip() != code.names[0].name:
        return None
    return code.names[0].name


def at_once(pieces: Sequence[Piece], plain: Mapping[Emit, PlainHole], parameters: Sequence[Parameter]) -> AtOnce | None:
    """The document of some pieces as one pattern; None where some hole, or some param, is more than a plain name."""
    texts = [""]
    names: list[str] = []
    constant = 0
    tests: dict[tuple[str, Test], None] = {}
    for piece in pieces:
        hole = PlainHole((piece,), (), None) if isinstance(piece, str) else plain.get(piece)
        if hole is None:
            return None
        texts[-1] += hole.texts[0]
        texts += hole.texts[1:]
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
    of_texts = _filling(texts, judged, TEXT_LIMIT - constant)
    nothing = places.keys() - {name for name, test in tests if not test("")}
    return AtOnce(tuple(names), frozenset(nothing), of_texts, _by_name(names, len(places), of_texts))


_STRICTER: dict[Test, Test] = {
    is_phone: UNCHANGED["phone"],
    is_phone_or_sip: UNCHANGED["phone"],
    UNCHANGED["url"]: is_plain_url,
}
"""Of two tests of one value, the second accepts nothing that the first refuses."""


def _is_implied(name: str, test: Test, tests: Mapping[tuple[str, Test], None]) -> bool:
    """Whether another test of the same value makes this one needless."""
    stricter = _STRICTER.get(test)
    return test is any_text or (stricter is not None and (name, stricter) in tests)


def _filling(texts: list[str], judged: list[tuple[int, Test]], most: int) -> OfTexts:
    """What writes cells between some texts, if each passes its test, and all together are no longer than `most`."""
    blank = [part for text in texts for part in (text, "")][:-1]

    def of_texts(cells: Sequence[str]) -> str | None:
        for index, test in judged:
            if not test(cells[index]):
                return None
        together = "".join(cells)
        if len(together) > most:
            return None
        # Three searches in C are quicker than one with a pattern; what they do not settle, it does.
        printable = together.isprintable() and '"' not in together and "\\" not in together
        if not printable and _ESCAPED(together):
            return None
        parts = blank.copy()
        parts[1::2] = cells
        return "".join(parts)

    return of_texts


def _by_name(names: list[str], count: int, of_texts: OfTexts) -> OfValues:
    """The same of so many values by name, which are all texts."""
    cells_of = picker(names)
    wanted = len(names)

    def of_values(values: Mapping[str, object]) -> bytes | None:
        if len(values) != count:
            return None
        try:
            cells = cells_of(values)
        except KeyError:
            return None
        if countOf(map(type, cells), str) != wanted:
            return None
        text = of_texts(cells)
        return None if text is None else text.encode()

    return of_values


def picker(keys: Sequence[Any]) -> Callable[[Any], tuple[Any, ...]]:
    """What `itemgetter` is for several keys, for one or none too."""
    if len(keys) > 1:
        return itemgetter(*keys)
    return lambda values: tuple([values[key] for key in keys])
