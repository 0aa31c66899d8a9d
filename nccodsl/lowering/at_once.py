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
"""The document of the texts for the names of a pattern; None where the common way has to look at them."""
OfValues = Callable[[Mapping[str, object]], "bytes | None"]
"""The document of values by name; None where the common way has to look at them."""


class AtOnce(Record):
    """A document as one pattern: `texts` with a value between each two, which is that of the param in `names`.

    `tests` are those of each param. All values together, and the constants, must be no longer than `most`.
    """

    texts: tuple[str, ...]
    names: tuple[str, ...]
    tests: Mapping[str, tuple[Test, ...]]
    most: int

    def takes_empty(self, name: str) -> bool:
        """Whether the empty text will do for a param."""
        return all(test("") for test in self.tests[name])

    def given(self, constants: Mapping[str, str]) -> AtOnce | None:
        """The same pattern when some params have these texts, which are judged once; None where one will not do."""
        texts, names, most = [self.texts[0]], [], self.most
        for name, after in zip(self.names, self.texts[1:], strict=True):
            text = constants.get(name)
            if text is None:
                names.append(name)
                texts.append(after)
                continue
            most -= len(text)
            if _ESCAPED(text) or not all(test(text) for test in self.tests[name]):
                return None
            texts[-1] += text + after
        left = {name: tests for name, tests in self.tests.items() if name not in constants}
        return AtOnce(tuple(texts), tuple(names), left, most)

    def of_texts(self) -> OfTexts:
        """What makes the document of a text for each of `names`."""
        places = {name: place for place, name in enumerate(self.names)}
        judged = [(places[name], test) for name, tests in self.tests.items() for test in tests]
        blank = [part for text in self.texts for part in (text, "")][:-1]
        most = self.most

        def fill(cells: Sequence[str]) -> str | None:
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

        return fill

    def of_values(self) -> OfValues:
        """What makes the document of a text for each param, by name."""
        fill, cells_of, count, wanted = self.of_texts(), picker(self.names), len(self.tests), len(self.names)

        def fill_by_name(values: Mapping[str, object]) -> bytes | None:
            if len(values) != count:
                return None
            try:
                cells = cells_of(values)
            except KeyError:
                return None
            if countOf(map(type, cells), str) != wanted:
                return None
            text = fill(cells)
            return None if text is None else text.encode()

        return fill_by_name


def picker(keys: Sequence[Any]) -> Callable[[Any], tuple[Any, ...]]:
    """What `itemgetter` is for several keys, for one or none too."""
    if len(keys) > 1:
        return itemgetter(*keys)
    return lambda values: tuple([values[key] for key in keys])


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
    if set(names) != {parameter.name for parameter in parameters}:
        return None
    for parameter in parameters:
        unchanged = UNCHANGED.get(parameter.type)
        if unchanged is None:
            return None
        tests[parameter.name, unchanged] = None
    needed: dict[str, tuple[Test, ...]] = dict.fromkeys(names, ())
    for name, test in tests:
        if not _is_implied(name, test, tests):
            needed[name] += (test,)
    return AtOnce(tuple(texts), tuple(names), needed, TEXT_LIMIT - constant)


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
