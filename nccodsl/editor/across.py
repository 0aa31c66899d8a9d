"""One name in several documents: scripts that include the same file share what it names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from nccodsl.editor.document import Document, FilePlace
from nccodsl.editor.index import Index, index_of
from nccodsl.editor.symbols_used import Symbol, SymbolUse


class Across(NamedTuple):
    """What a name is called by each document that has it, and each place where it is used, once."""

    called: tuple[tuple[Index, Symbol], ...]
    uses: tuple[SymbolUse, ...]


def across(document: Document, symbol: Symbol, others: Iterable[Document] = ()) -> Across:
    """All uses of a symbol of a document, in its files and in those of other documents that share some of them."""
    indexes = [index_of(one) for one in (document, *(other for other in others if other is not document))]
    called: dict[tuple[int, Symbol], None] = {}
    uses: dict[FilePlace, SymbolUse] = {}
    todo = [(0, symbol)]
    while todo:
        number, name = todo.pop()
        if (number, name) in called:
            continue
        called[number, name] = None
        for use in indexes[number].uses_of(name):
            uses.setdefault(use.place, use)
            for other, index in enumerate(indexes):
                same = index.at(use.place.start, use.place.name) if other != number else None
                if same is not None and same.symbol is not None and same.place == use.place:
                    todo.append((other, same.symbol))
    return Across(tuple((indexes[number], name) for number, name in called), tuple(sorted(uses.values(), key=_place)))


def _place(use: SymbolUse) -> FilePlace:
    return use.place
