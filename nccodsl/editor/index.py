"""The table of all names in a document and what it includes: what each stands for, and where.

Navigation, renaming, semantic tokens and completion read it. It is made of one part for each top-level item, which
is kept for as long as the item stays the same; only what items say of each other is put together again.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import NamedTuple
from weakref import WeakKeyDictionary

from nccodsl.analysis.built_in_names import NOW, OF_THE_CALL, RUNNING, STEP
from nccodsl.base.source import Span
from nccodsl.editor.document import Document, FilePlace
from nccodsl.editor.item_names import ItemNames, returned_by
from nccodsl.editor.symbols_used import FoundName, Jump, Symbol, SymbolUse
from nccodsl.std import is_library
from nccodsl.syntax import ast
from nccodsl.templates.dialect import LANGUAGE

BUILTINS = frozenset((*OF_THE_CALL, *RUNNING, NOW, STEP))
"""What the platform says, by the names that scripts read it with where they declare nothing of that name."""
_DECLARED = ("param", "let", "secret", "hours")
"""The kinds of values that dialogs can take from the script."""
_OF_LIBRARY_ALONE = (ast.Zone, ast.Hours, ast.Test)
"""What a file of the library has for itself, and not for scripts that include it."""


class IndexPart(NamedTuple):
    """An item in its file. What stands at an offset of the number line stands `shift` behind that in the file."""

    names: ItemNames
    file: str
    shift: int

    def place(self, span: Span) -> FilePlace:
        """Where a span of the item stands in the file."""
        return FilePlace(self.file, span.start + self.shift, span.end + self.shift)


class Index:
    """The names of a document. Stale after an edit, as everything else that was asked of it."""

    def __init__(self, document: Document, known: dict[int, ItemNames]) -> None:
        """`known`: the parts of items that may still be there, by the identity of their nodes."""
        self.document = document
        self.checked, self.text = document.checked, document.text
        sources = self.checked.collector.sources
        self.parts: list[IndexPart] = []
        """Of the document's own file first, in the order of their places."""
        for name, script in self.checked.trees.items():
            for node in script.items:
                if name != document.name and is_library(name) and isinstance(node, _OF_LIBRARY_ALONE):
                    continue
                names = known.get(id(node))
                if names is None or names.node is not node:
                    names = ItemNames(node, lambda span: sources.file_of(span).slice(span))
                place = document.place_of(node.span)
                self.parts.append(IndexPart(names, place.name, place.start - node.span.start))
        self.own = [part for part in self.parts if part.file == document.name]
        """Those of the document's own file."""

    # ---- what names stand for

    @cached_property
    def _definitions(self) -> dict[Symbol, str]:
        """The kind of each symbol that is defined somewhere; a declaration counts for more than a binding."""
        kinds: dict[Symbol, str] = {}
        for part in self.parts:
            for symbol, uses in part.names.by_symbol.items():
                for use in uses:
                    if use.is_definition and kinds.get(symbol) in (None, "binding"):
                        kinds[symbol] = use.kind
        return kinds

    @cached_property
    def _returned(self) -> dict[str, str]:
        """What members are read of, by the binding of an `ask`, as the dialog calls it."""
        found: dict[str, str] = {}
        for part in self.parts:
            for bound, dialog in part.names.returned.items():
                found.setdefault(bound, returned_by(dialog))
        return found

    @cached_property
    def _languages(self) -> bool:
        """Whether the script has several languages, so that `language` is the one it speaks."""
        return any(isinstance(part.names.node, ast.Languages) for part in self.parts)

    @cached_property
    def is_open(self) -> bool:
        """Whether the values of names that nothing declares come from outside."""
        return not any(isinstance(part.names.node, ast.Param | ast.Let) for part in self.parts)

    def resolved(self, symbol: Symbol) -> Symbol:
        """What a name of an item stands for in the whole script."""
        space, owner, name = symbol
        if space == "member":
            root, dot, rest = owner.partition(".")
            return Symbol(space, f"{self._returned.get(root, root)}{dot}{rest}", name)
        if space == "value" and name == LANGUAGE and self._languages and self._definitions.get(symbol) != "param":
            return symbol if " " in owner else Symbol("builtin", "", name)
        if space not in ("value", "outer"):
            return symbol
        script = Symbol("value", "", name)
        if space == "outer" and self._definitions.get(script) in _DECLARED:
            return script
        if name in BUILTINS and symbol not in self._definitions:
            return Symbol("builtin", "", name)
        return symbol

    def kind_of(self, symbol: Symbol, kind: str = "") -> str:
        """What a symbol that is `resolved` is; `kind`: what it seems to be where it is used."""
        if symbol.space == "builtin":
            return "builtin"
        defined = self._definitions.get(symbol)
        if defined is not None:
            return defined
        if symbol.space == "value" and not symbol.owner:
            return "outside" if self.is_open else "unknown"
        return "unknown" if symbol.space in ("value", "outer") else kind or symbol.space

    def may_be_value(self, name: str, kind: str) -> bool:
        """Whether a value of a kind may have a name: what the call brings hides nothing that the platform says."""
        if name == LANGUAGE and self._languages:
            return False
        return kind != "binding" or name not in RUNNING

    # ---- uses

    def use(self, part: IndexPart, found: FoundName) -> SymbolUse:
        """A use of a part, for the whole script."""
        symbol = self.resolved(found.symbol) if found.symbol is not None else None
        kind = self.kind_of(symbol, found.kind) if symbol is not None else found.kind
        return SymbolUse(kind, found.name, part.place(found.span), found.is_definition, symbol)

    @cached_property
    def uses(self) -> tuple[SymbolUse, ...]:
        """All uses in the document's own text, in the order of their places."""
        return tuple(self.use(part, found) for part in self.own for found in part.names.uses)

    @cached_property
    def _by_file(self) -> dict[str, tuple[list[int], list[IndexPart]]]:
        """The parts of each file, and where each begins in it."""
        found = defaultdict[str, tuple[list[int], list[IndexPart]]](lambda: ([], []))
        for part in self.parts:
            starts, parts = found[part.file]
            starts.append(part.names.node.span.start + part.shift)
            parts.append(part)
        return dict(found)

    def part_at(self, offset: int, file: str | None = None) -> IndexPart | None:
        """The item that an offset of a file (the document's own) is in, or behind."""
        starts, parts = self._by_file.get(file or self.document.name, ([], []))
        index = bisect_right(starts, offset) - 1
        return parts[index] if index >= 0 else None

    def at(self, offset: int, file: str | None = None) -> SymbolUse | None:
        """What is named at an offset of a file (the document's own), or ends there."""
        part = self.part_at(offset, file)
        if part is None:
            return None
        at = offset - part.shift
        index = bisect_right(part.names.starts, at) - 1
        for found in part.names.uses[max(index - 1, 0) : index + 1][::-1]:
            if found.span.start <= at <= found.span.end:
                return self.use(part, found)
        return None

    @cached_property
    def _by_symbol(self) -> dict[Symbol, list[tuple[IndexPart, Symbol]]]:
        """The parts that use each symbol, and what they call it."""
        found = defaultdict[Symbol, list[tuple[IndexPart, Symbol]]](list)
        for part in self.parts:
            for symbol in part.names.by_symbol:
                found[self.resolved(symbol)].append((part, symbol))
        return dict(found)

    @property
    def symbols(self) -> Iterable[Symbol]:
        """All that is named anywhere in the script."""
        return self._by_symbol

    def parts_of(self, symbol: Symbol) -> list[tuple[IndexPart, Symbol]]:
        """The items that use a symbol, each with what it calls it."""
        return self._by_symbol.get(symbol, [])

    def uses_of(self, symbol: Symbol) -> Iterator[SymbolUse]:
        """Where something is named, in all files."""
        for part, called in self.parts_of(symbol):
            yield from (self.use(part, found) for found in part.names.by_symbol[called])

    def is_defined(self, symbol: Symbol) -> bool:
        """Whether a symbol that is `resolved` has a definition."""
        return symbol in self._definitions

    def text_of(self, file: str) -> str:
        """The text of a file of the script."""
        if file == self.document.name:
            return self.text
        return next(one.text for one in self.checked.collector.sources.files if one.name == file)

    def covered(self, file: str) -> frozenset[int]:
        """Where the names of a file begin."""
        return frozenset(
            use.span.start + part.shift for part in self.parts if part.file == file for use in part.names.uses
        )

    def has_filter(self, name: str) -> bool:
        """Whether a template of the script uses a filter."""
        return any(use.kind == "filter" and use.name == name for part in self.parts for use in part.names.uses)

    # ---- steps and scopes

    def steps(self, file: str | None = None) -> list[Symbol]:
        """The steps of the script in the order of their places; those of one file alone, if it is given."""
        return [
            Symbol("target", "", part.names.node.name.text)
            for part in self.parts
            if isinstance(part.names.node, ast.Step) and file in (None, part.file)
        ]

    @cached_property
    def dialogs(self) -> dict[str, ast.Dialog]:
        """The dialogs of the script by name."""
        nodes = (part.names.node for part in reversed(self.parts))
        return {node.name.text: node for node in nodes if isinstance(node, ast.Dialog)}

    @cached_property
    def scopes(self) -> dict[str, FilePlace]:
        """Where the names of each owner are known; those of the script are known everywhere."""
        return {owner: part.place(span) for part in self.parts for owner, span in part.names.scopes.items()}

    @cached_property
    def wholes(self) -> dict[Symbol, FilePlace]:
        """All of each step, dialog, handler and loose statement."""
        return {symbol: part.place(span) for part in reversed(self.parts) for symbol, span in part.names.wholes.items()}

    @cached_property
    def jumps_from(self) -> dict[Symbol, list[tuple[IndexPart, Jump]]]:
        """The jumps of each step, dialog, handler and loose statement."""
        return self._jumps(lambda jump: jump.source)

    @cached_property
    def jumps_to(self) -> dict[Symbol, list[tuple[IndexPart, Jump]]]:
        """The jumps to each step, dialog and outcome."""
        return self._jumps(lambda jump: jump.target)

    def _jumps(self, key: Callable[[Jump], Symbol]) -> dict[Symbol, list[tuple[IndexPart, Jump]]]:
        found = defaultdict[Symbol, list[tuple[IndexPart, Jump]]](list)
        for part in self.parts:
            for jump in part.names.jumps:
                found[key(jump)].append((part, jump))
        return dict(found)

    def slice(self, span: Span) -> str:
        """The text that a span of the number line covers."""
        return self.checked.collector.sources.file_of(span).slice(span)


_INDEXES: WeakKeyDictionary[Document, Index] = WeakKeyDictionary()


def index_of(document: Document) -> Index:
    """The names of a document as it is now."""
    before = _INDEXES.get(document)
    if before is not None and before.checked is document.checked and before.text == document.text:
        return before
    known = {id(part.names.node): part.names for part in before.parts} if before is not None else {}
    _INDEXES[document] = index = Index(document, known)
    return index
