"""Signature help: what the statement at the cursor can take, and which option is being written."""

from __future__ import annotations

from collections.abc import Iterable

from nccodsl.base.record import Record
from nccodsl.base.source import line_start
from nccodsl.editor.cursor_options import Line, Lines, in_brackets, members_of_call, owner_at
from nccodsl.editor.cursor_place import CursorPlace, cursor_place
from nccodsl.editor.document import Document
from nccodsl.editor.option_owners import KnownOption, options_of
from nccodsl.editor.text_parts import chunk_start, part_around
from nccodsl.syntax import ast
from nccodsl.voice.catalogue import Option

_VALUE_OPENS = ("LBRACKET", "JINJA_BEGIN")
_OF_MAPS = ("_EQUALS", "ACTION")
"""What the brace of a map stands behind."""


class SignatureOption(Record):
    """An option: as it is shown, such as `timeout=20s`, and what it is for (empty where nothing says it)."""

    name: str
    label: str
    doc: str
    required: bool = False


class Signature(Record):
    """A statement with its options. `label` has the labels of all of them; `active` is the number of one, from 0."""

    label: str
    options: tuple[SignatureOption, ...]
    active: int | None


def signature(document: Document, offset: int) -> Signature | None:
    """What the statement at an offset can take; None where no statement with options is being written."""
    text = document.text
    part = part_around(text, chunk_start(text, offset), offset)
    if part is not None and part[0].startswith("#"):
        return None
    place = cursor_place(text, part.start() if part is not None else offset)
    line, around = _statement(place)
    if (not line and not around) or not _goes_on(text, place, in_string=part is not None):
        return None
    head, options = _options(document, line, around)
    if not options:
        return None
    return Signature(" ".join((head, *(one.label for one in options))), options, _active(place.word, line, options))


def _statement(place: CursorPlace) -> tuple[Line, Lines]:
    """The line of the statement and those around it, where the place is in a list, a map or a template too."""
    line, around = place.line, place.around
    while around and (opened := around[0]) and _is_value(opened):
        line, around = opened[:-1], around[1:]
    return line, around


def _is_value(opened: Line) -> bool:
    """Whether what a line opens is a value."""
    last, before = opened[-1].terminal, opened[-2].terminal if len(opened) > 1 else ""
    return last in _VALUE_OPENS or (last == "LBRACE" and (before in _OF_MAPS or opened[0].terminal == "COLON"))


def _goes_on(text: str, place: CursorPlace, *, in_string: bool) -> bool:
    """Whether a place belongs to the statement before it: it is behind no block, and on a later line it is indented."""
    behind = bool(place.line) and place.line[-1].terminal == "RBRACE" and "OPTION" not in place.fits
    if behind:
        return False
    start = line_start(text, place.start)
    if start <= place.began or not place.own_line or in_string:
        return True
    first = line_start(text, place.began)
    indent = len(text[first : place.began]) - len(text[first : place.began].lstrip())
    return place.start - start > indent


def _active(word: str, line: Line, options: tuple[SignatureOption, ...]) -> int | None:
    """The number of the option whose value or name is being written."""
    given = [part.text for part in line if part.terminal == "OPTION"]
    if line and line[-1].terminal == "_EQUALS":
        return next((number for number, one in enumerate(options) if one.name == given[-1]), None)
    starting = (number for number, one in enumerate(options) if word and one.name.startswith(word))
    return next((number for number in starting if options[number].name not in given), None)


def _options(document: Document, line: Line, around: Lines) -> tuple[str, tuple[SignatureOption, ...]]:
    """How the statement begins, and its options, the required ones first."""
    called = around[0][:-1] if in_brackets(around) else line
    if members := members_of_call(document, called, around):
        return f"{called[-2].text} {called[-1].text}", _members(document, members.values())
    owner = owner_at(line, around) if not in_brackets(around) else None
    if owner is None:
        return "", ()
    word = line[0].text if line and line[0].terminal == "_DEFAULTS" else ""
    options = [_shown(one) for one in options_of(owner).values()]
    head = " ".join(one for one in (word, owner.word, owner.kind) if one)
    return head, tuple(sorted(options, key=lambda one: not one.required))


def _members(document: Document, members: Iterable[ast.Member]) -> tuple[SignatureOption, ...]:
    """The params of a dialog, or the members of an outcome."""
    sources = document.checked.collector.sources
    return tuple(
        SignatureOption(
            one.key.text,
            f"{one.key.text}={sources.file_of(one.shape.span).slice(one.shape.span)}",
            "",
            required=one.default is None and not one.optional,
        )
        for one in members
    )


def _shown(known: KnownOption) -> SignatureOption:
    option = known.option
    if option is None:
        return SignatureOption(known.name, f"{known.name}=", known.text.partition("\n\n")[2])
    return SignatureOption(known.name, f"{known.name}={_value(option)}", option.doc, option.required)


def _value(option: Option) -> str:
    """What stands behind the `=` of an option: its default, its words, or its range."""
    if option.default is not None and not isinstance(option.default, dict | list):
        shown = str(option.default).lower() if isinstance(option.default, bool) else str(option.default)
        return f"{shown}{option.unit or ''}"
    if option.enum:
        return "|".join(option.enum)
    if option.min is not None and option.max is not None:
        return f"{option.min:g}..{option.max:g}"
    return ""
