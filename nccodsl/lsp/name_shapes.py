"""What services say of names, in the shapes of the protocol."""

from __future__ import annotations

from collections.abc import Iterable

from nccodsl.editor.document import FilePlace
from nccodsl.editor.services.hierarchy import HierarchyEdge, HierarchyItem
from nccodsl.editor.services.navigation import Highlight, IncludeLink, NamedPlace
from nccodsl.editor.services.renames import FileEdit, Renamable, RenameRefused
from nccodsl.editor.services.signature import Signature
from nccodsl.editor.services.tokens import SemanticToken
from nccodsl.editor.symbols_used import Symbol
from nccodsl.editor.text_lines import TextLines
from nccodsl.editor.token_legend import MODIFIERS, TYPES
from nccodsl.errors import NccodslError
from nccodsl.lsp.shape import SYMBOLS, ClientView, Json

_KINDS = {**SYMBOLS, "let": SYMBOLS["value"], "outcome": 22}  # EnumMember
"""Numbers of the kinds of names."""


class NotRenamed(NccodslError):
    """A name cannot be changed; `str()` says why."""


def locations(found: Iterable[FilePlace], view: ClientView) -> list[Json]:
    """`Location[]`."""
    return [view.location(place) for place in found]


def highlights(found: Iterable[Highlight], view: ClientView) -> list[Json]:
    """`DocumentHighlight[]`."""
    return [
        {"range": view.range(one.place.start, one.place.end), "kind": 3 if one.writes else 2}  # Write, Read
        for one in found
    ]


def links(found: Iterable[IncludeLink], view: ClientView) -> list[Json]:
    """`DocumentLink[]`."""
    return [{"range": view.range(one.place.start, one.place.end), "target": view.uri_of(one.file)} for one in found]


def workspace_symbols(found: Iterable[NamedPlace], view: ClientView) -> list[Json]:
    """`WorkspaceSymbol[]`, in any files."""
    lines: dict[str, TextLines] = {}
    shaped: list[Json] = []
    for one in found:
        name, start, end = one.place
        if name not in lines:
            lines[name] = view.lines_of(name)
        location = {"uri": view.uri_of(name), "range": view.range(start, end, lines[name])}
        more = {"containerName": one.within} if one.within else {}
        shaped.append({"name": one.name.strip() or one.kind, "kind": _KINDS[one.kind], "location": location, **more})
    return shaped


def renamable(found: Renamable | RenameRefused, view: ClientView) -> Json:
    """A range with the name as it is. Raises NotRenamed."""
    if isinstance(found, RenameRefused):
        raise NotRenamed(found.message)
    return {"range": view.range(found.place.start, found.place.end), "placeholder": found.name}


def renamed(found: tuple[FileEdit, ...] | RenameRefused, view: ClientView) -> Json:
    """`WorkspaceEdit`. Raises NotRenamed."""
    if isinstance(found, RenameRefused):
        raise NotRenamed(found.message)
    changes: dict[str, list[Json]] = {}
    for one in found:
        place = view.location(one.place)
        changes.setdefault(str(place["uri"]), []).append({"range": place["range"], "newText": one.text})
    return {"changes": changes}


def tokens(found: Iterable[SemanticToken], view: ClientView) -> Json:
    """`SemanticTokens`: five numbers each, lines and columns counted from the token before."""
    data: list[int] = []
    line = column = 0
    for one in found:
        start, end = view.position(one.start), view.position(one.end)
        here, at = start["line"], start["character"]
        kinds = sum(1 << MODIFIERS.index(name) for name in one.modifiers)
        data += (here - line, at - column if here == line else at, end["character"] - at)
        data += (TYPES.index(one.type), kinds)
        line, column = here, at
    return {"data": data}


def selections(found: Iterable[tuple[tuple[int, int], ...]], view: ClientView) -> list[Json]:
    """`SelectionRange[]`: for each position its ranges, the smallest first."""
    return [_selection(ranges, view) for ranges in found]


def _selection(ranges: tuple[tuple[int, int], ...], view: ClientView) -> Json:
    shaped: Json = {"range": view.range(0, 0)}
    for start, end in sorted(ranges, key=lambda one: one[0] - one[1]):
        around = {"parent": shaped} if ranges and shaped["range"] != view.range(0, 0) else {}
        shaped = {"range": view.range(start, end), **around}
    return shaped


def signature(found: Signature | None, view: ClientView) -> Json | None:
    """`SignatureHelp`."""
    if found is None:
        return None
    options = [{"label": one.label, "documentation": view.documentation(one.doc)} for one in found.options]
    shaped: Json = {"signatures": [{"label": found.label, "parameters": options}], "activeSignature": 0}
    # A number beyond the last option marks none of them.
    shaped["activeParameter"] = found.active if found.active is not None else len(options)
    return shaped


_KINDS = {"step": 12, "dialog": 5, "handler": 24}  # Function, Class, Event; all else is a Function


def hierarchy(found: HierarchyItem | None, view: ClientView) -> list[Json] | None:
    """`CallHierarchyItem[]`, of one."""
    return [_item(found, view)] if found is not None else None


def incoming(found: Iterable[HierarchyEdge], view: ClientView) -> list[Json]:
    """`CallHierarchyIncomingCall[]`: the ranges are in the document of the caller."""
    return [{"from": _item(one.item, view), "fromRanges": _ranges(one, view)} for one in found]


def outgoing(found: Iterable[HierarchyEdge], view: ClientView) -> list[Json]:
    """`CallHierarchyOutgoingCall[]`."""
    return [{"to": _item(one.item, view), "fromRanges": _ranges(one, view)} for one in found]


def _item(item: HierarchyItem, view: ClientView) -> Json:
    there = view.location(item.place)
    shaped: Json = {
        "name": item.name,
        "kind": _KINDS.get(item.kind, 12),
        **there,
        "selectionRange": view.location(item.name_place)["range"],
        # Who asks about it later asks about the document that it was found in, and by its name.
        "data": {"uri": view.uri, "symbol": list(item.symbol)},
    }
    if item.within:
        shaped["detail"] = item.within
    return shaped


def _ranges(edge: HierarchyEdge, view: ClientView) -> list[Json]:
    return [view.location(place)["range"] for place in edge.jumps]


def symbol_of(data: object) -> Symbol | None:
    """The symbol of an item that this server has made; None for any other."""
    named = data.get("symbol") if isinstance(data, dict) else None
    if not isinstance(named, list) or len(named) != len(Symbol._fields) or not all(isinstance(n, str) for n in named):
        return None
    return Symbol(*named)


def linked(found: Iterable[FilePlace], view: ClientView) -> Json | None:
    """`LinkedEditingRanges`."""
    ranges = [view.range(place.start, place.end) for place in found]
    return {"ranges": ranges} if ranges else None
