"""Signature help: what the statement at the cursor can take, and which option is being written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nccodsl.base.record import Record
from nccodsl.editor.document import Document
from nccodsl.editor.index import Index, index_of
from nccodsl.editor.option_owners import KnownOption, Owner, options_of
from nccodsl.editor.statement_before import Begun, statement_before
from nccodsl.syntax import ast
from nccodsl.voice.catalogue import Option


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
    begun = statement_before(document.text, offset)
    if begun is None:
        return None
    head, options = _options(begun, index_of(document), offset)
    if not options:
        return None
    active = next((place for place, one in enumerate(options) if one.name == begun.active), None)
    if active is None and begun.active:
        starting = [place for place, one in enumerate(options) if one.name.startswith(begun.active)]
        active = next((place for place in starting if options[place].name not in begun.options), None)
    return Signature(" ".join((head, *(one.label for one in options))), options, active)


def _options(begun: Begun, index: Index, offset: int) -> tuple[str, tuple[SignatureOption, ...]]:
    """How the statement begins, and its options."""
    kind = begun.words[0] if begun.words else ""
    match begun.keyword:
        case "ask":
            dialog = index.dialogs.get(kind)
            return f"ask {kind}", _members(index, dialog.params) if dialog is not None else ()
        case "->":
            part = index.part_at(offset)
            node = part.names.node if part is not None else None
            outcomes = node.outcomes if isinstance(node, ast.Dialog) else ()
            given = next((one.members for one in outcomes if one.name.text == kind), ())
            return f"-> {kind}", _members(index, given)
        case "connect" | "to" as word:
            return f"{word} {kind}".strip(), _known(options_of(Owner(word, kind)))
        case "defaults":
            return f"defaults {kind}", _known(options_of(Owner(kind)))
        case word:
            return word, _known(options_of(Owner(word)))


def _members(index: Index, members: Iterable[ast.Member]) -> tuple[SignatureOption, ...]:
    """The params of a dialog, or the members of an outcome."""
    return tuple(
        SignatureOption(
            one.key.text,
            f"{one.key.text}={index.slice(one.shape.span)}",
            "",
            required=one.default is None and not one.optional,
        )
        for one in members
    )


def _known(options: Mapping[str, KnownOption]) -> tuple[SignatureOption, ...]:
    """Options of a statement, the required ones first."""
    found = [
        SignatureOption(name, f"{name}={_value(one.option)}", one.option.doc, one.option.required)
        if one.option is not None
        else SignatureOption(name, f"{name}=", "")
        for name, one in options.items()
    ]
    return tuple(sorted(found, key=lambda one: not one.required))


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
