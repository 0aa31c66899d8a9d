"""The steps of a call as callers and callees: who jumps here, from which branch, and where it goes from here."""

from __future__ import annotations

from nccodsl.base.record import Record
from nccodsl.editor.document import Document, FilePlace
from nccodsl.editor.index import Index, IndexPart, index_of
from nccodsl.editor.symbols_used import Jump, Symbol


class HierarchyItem(Record):
    """A step or a dialog; as a caller also a handler of the call, or a statement outside of steps.

    `within`: the dialog of a step, or empty. `place`: all of it; `name_place`: its name, or its first line.
    """

    symbol: Symbol
    name: str
    kind: str
    within: str
    place: FilePlace
    name_place: FilePlace


class HierarchyEdge(Record):
    """Jumps between `item` and the item that was asked about. `jumps`: where each of them is written.

    `branches`: for each of them the branch that it is in, such as `on "1"`, or empty.
    """

    item: HierarchyItem
    jumps: tuple[FilePlace, ...]
    branches: tuple[str, ...]


def hierarchy_at(document: Document, offset: int) -> HierarchyItem | None:
    """The step or dialog that is named at an offset."""
    index = index_of(document)
    use = index.at(offset)
    return _item(index, use.symbol) if use is not None and use.symbol is not None else None


def incoming(document: Document, symbol: Symbol) -> tuple[HierarchyEdge, ...]:
    """Who jumps to a step, or asks a dialog, in the order of their places."""
    index = index_of(document)
    return _edges(index, [(jump.source, part, jump) for part, jump in index.jumps_to.get(symbol, ())])


def outgoing(document: Document, symbol: Symbol) -> tuple[HierarchyEdge, ...]:
    """The steps that a step jumps to, and the dialogs that it asks, in the order of their places."""
    index = index_of(document)
    return _edges(index, [(jump.target, part, jump) for part, jump in index.jumps_from.get(symbol, ())])


def _edges(index: Index, jumps: list[tuple[Symbol, IndexPart, Jump]]) -> tuple[HierarchyEdge, ...]:
    groups: dict[Symbol, list[tuple[IndexPart, Jump]]] = {}
    for other, part, jump in jumps:
        groups.setdefault(other, []).append((part, jump))
    edges: list[HierarchyEdge] = []
    for other, found in groups.items():
        item = _item(index, other)
        if item is not None:
            places = tuple(part.place(jump.span) for part, jump in found)
            edges.append(HierarchyEdge(item, places, tuple(_branch(index, jump) for _, jump in found)))
    return tuple(edges)


def _branch(index: Index, jump: Jump) -> str:
    return " ".join(index.slice(jump.branch).removesuffix("->").split()) if jump.branch is not None else ""


def _item(index: Index, symbol: Symbol) -> HierarchyItem | None:
    """None of what is no step: an outcome, or what is defined nowhere."""
    place = index.wholes.get(symbol)
    if place is None:
        return None
    if symbol.space in ("target", "dialog"):
        name_place = next((use.place for use in index.uses_of(symbol) if use.is_definition), place)
        kind = "dialog" if symbol.space == "dialog" else "step"
        return HierarchyItem(symbol, symbol.name, kind, symbol.owner, place, name_place)
    text = index.text_of(place.name)
    end = text.find("\n", place.start, place.end)
    line = FilePlace(place.name, place.start, end if end >= 0 else place.end)
    name = " ".join(text[line.start : line.end].removesuffix("{").split())
    return HierarchyItem(symbol, name, "handler" if symbol.space == "handler" else "statement", "", place, line)
