"""Which documents are made at once: those whose holes are plain names are one pattern, filled with the values.

Where a hole is more than a name, the pattern has the function that writes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nccodsl.analysis.program import Hole, Parameter
from nccodsl.analysis.types import UNCHANGED, any_text
from nccodsl.base.record import Record
from nccodsl.lowering.document_pattern import DocumentPattern, Test, is_escaped
from nccodsl.lowering.holes import Emit
from nccodsl.lowering.pieces import Piece
from nccodsl.templates import Expression, Template
from nccodsl.voice.catalogue import Option
from nccodsl.voice.forms import TEXT_LIMIT, is_phone, is_phone_or_sip, is_plain_url
from nccodsl.voice.objects import text_test


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
    if not isinstance(first, str) or first.lstrip()[:1] in ("", "<") or is_escaped(code.text):
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


def at_once(
    pieces: Sequence[Piece], plain: Mapping[Emit, PlainHole], parameters: Sequence[Parameter]
) -> DocumentPattern | None:
    """The document of some pieces as one pattern; None where nothing but constants is in it that only params fill."""
    between, slots, constant = [""], list[str | Emit](), 0
    tests: dict[tuple[str, Test], None] = {}
    texts = {parameter.name for parameter in parameters if parameter.type in UNCHANGED}
    for piece in pieces:
        hole = PlainHole((piece,), (), None) if isinstance(piece, str) else plain.get(piece)
        if hole is None or not texts.issuperset(hole.names):
            assert not isinstance(piece, str)
            slots.append(piece)
            between.append("")
            continue
        between[-1] += hole.texts[0]
        between += hole.texts[1:]
        slots += hole.names
        constant = max(constant, hole.constant)
        if hole.test is not None:
            tests[hole.names[0], hole.test] = None
    if slots and not parameters:
        return None  # a script that declares none takes any
    tests |= {(one.name, UNCHANGED[one.type]): None for one in parameters if one.name in texts}
    needed: dict[str, tuple[Test, ...]] = {one.name: () for one in parameters if one.name in texts}
    for name, test in tests:
        if not _is_implied(name, test, tests):
            needed[name] += (test,)
    converters = {one.name: one.convert for one in parameters if one.name not in texts}
    return DocumentPattern(tuple(between), tuple(slots), needed, converters, TEXT_LIMIT - constant, {})


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
