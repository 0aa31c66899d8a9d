"""The names that a template reads: values, members, filters, tests; and what its other words are."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable

from nccodsl.base.source import Span
from nccodsl.editor.symbols_used import FoundName, Symbol, TextMark
from nccodsl.syntax.strings import Offsets
from nccodsl.templates import tree
from nccodsl.templates.parse import parse
from nccodsl.templates.places import Source

Placing = Callable[[int, int], Span]
"""From offsets within a template to the number line of nodes."""


def in_literal(literal: str, span: Span) -> Placing:
    """Where the characters of a decoded text stand, whose literal is at `span`."""
    if "\\" not in literal and not literal.startswith('"""'):
        return lambda start, end: Span(span.start + 1 + start, span.start + 1 + end)
    offsets = Offsets(literal)
    return lambda start, end: Span(span.start + offsets.source(start), span.start + offsets.source(end - 1) + 1)


def in_braces(span: Span) -> Placing:
    """Where the characters between the braces of a `{{ }}` at `span` stand."""
    return lambda start, end: Span(span.start + 2 + start, span.start + 2 + end)


class TemplateNames:
    """Reads the templates of a top-level item. `found` and `marks` take what is found, `scopes` where names end."""

    def __init__(self, found: list[FoundName], marks: list[TextMark], scopes: dict[str, Span]) -> None:
        self._found, self._marks, self._scopes = found, marks, scopes

    def read(self, text: str, whole: Span, place: Placing, symbol_of: Callable[[str], Symbol], *, value: bool) -> bool:
        """Read one template; False where it cannot be read.

        `symbol_of`: what a name stands for around the template. `value`: the text is what stands between two braces.
        """
        source = Source(text, shift=2 if value else 0, limit=len(text))
        parsed, _ = parse("{{" + text + "}}" if value else text, source)
        if parsed is None:
            return False
        reading = _Reading(source, place, symbol_of, f"template {whole.start}", self._found)
        try:
            reading.body(parsed.body)
        except RecursionError:
            return False
        self._scopes.update(dict.fromkeys(reading.owners, whole))
        self._mark_rest(text, source, place, reading.seen)
        return True

    def _mark_rest(self, text: str, source: Source, place: Placing, seen: set[int]) -> None:
        """What the other tokens are."""
        for start, end in zip(source.starts, source.ends, strict=True):
            first = text[start : start + 1]
            if start in seen or start >= end:
                continue
            if first.isalpha() or first == "_":
                kind = "template_keyword"
            elif first in ("'", '"'):
                kind = "string"
            elif first.isdigit():
                kind = "number"
            else:
                continue
            self._marks.append(TextMark(kind, place(start, end)))


class _Reading:
    """One template that is read. What it sets hides what is around it, from there on."""

    def __init__(
        self, source: Source, place: Placing, symbol_of: Callable[[str], Symbol], owner: str, found: list[FoundName]
    ) -> None:
        self._source, self._place, self._symbol_of, self._owner, self._found = source, place, symbol_of, owner, found
        self.seen: set[int] = set()
        """Where the tokens begin that are names."""
        self.owners: list[str] = []
        """Those of the names that it sets."""
        self._bound: dict[str, Symbol] = {}

    def body(self, nodes: Iterable[tree.Node]) -> None:
        """Statements and expressions in their order."""
        for node in nodes:
            self._node(node)

    def _node(self, node: tree.Node | None) -> None:
        match node:
            case None | tree.TemplateData() | tree.Const():
                pass
            case tree.Name():
                self._name(node)
            case tree.Getattr() | tree.Getitem():
                self._member(node)
            case tree.Call():
                self._call(node)
            case tree.Filter() | tree.Test():
                self._applied(node)
            case tree.For():
                self._for(node)
            case tree.With():
                self._with(node)
            case tree.Assign():
                self._node(node.node)
                self._set(node.target)
            case tree.AssignBlock():
                bound = dict(self._bound)
                self.body(node.body)
                self._bound = bound
                self._set(node.target)
            case _:
                self.body(node.children())

    # ---- statements

    def _for(self, node: tree.For) -> None:
        self._node(node.iter)
        outside = dict(self._bound)
        self.body(node.else_)
        self._bound = dict(outside)
        self._set(node.target, fresh=True)
        self._node(node.test)
        self._bound["loop"] = Symbol("builtin", "", "loop")
        self.body(node.body)
        self._bound = outside

    def _with(self, node: tree.With) -> None:
        self.body(node.values)
        outside = dict(self._bound)
        for target, value in zip(node.targets, node.values, strict=True):
            # `{% trans name %}` is short for `name=name`: renaming one renames the other.
            if isinstance(target, tree.Name) and isinstance(value, tree.Name) and target.at == value.at:
                self._bound[target.name] = outside.get(target.name) or self._symbol_of(target.name)
            else:
                self._set(target, fresh=True)
        self.body(node.body)
        self._bound = outside

    def _set(self, node: tree.Node, *, fresh: bool = False) -> None:
        """A name that the template gives a value; a `fresh` one is another than that of the same name around it."""
        if not isinstance(node, tree.Name):
            for child in node.children():
                self._set(child, fresh=fresh)
            return
        symbol = self._bound.get(node.name)
        if symbol is None or fresh or symbol.space == "builtin":
            symbol = Symbol("value", f"{self._owner} {node.at}", node.name)
            self.owners.append(symbol.owner)
            self._bound[node.name] = symbol
        self._note("local", node.name, node.at, symbol, is_definition=True)

    # ---- expressions

    def _name(self, node: tree.Name) -> Symbol:
        symbol = self._bound.get(node.name) or self._symbol_of(node.name)
        self._note("value", node.name, node.at, symbol)
        return symbol

    def _member(self, node: tree.Getattr | tree.Getitem) -> str | None:
        """What the members of this are read of; None where that is unknown."""
        base = node.node
        if isinstance(base, tree.Name):
            symbol = self._name(base)
            owner: str | None = f"{symbol.owner}:{symbol.name}"
        elif isinstance(base, tree.Getattr | tree.Getitem):
            owner = self._member(base)
        else:
            self._node(base)
            owner = None
        if isinstance(node, tree.Getitem):
            self._node(node.arg)
            key = node.arg.value if isinstance(node.arg, tree.Const) else None
            return f"{owner}.{key}" if owner is not None and isinstance(key, str) else None
        start, end = self._source.after(node.at)
        self._token("member", node.attr, start, end, Symbol("member", owner, node.attr) if owner else None)
        return f"{owner}.{node.attr}" if owner is not None else None

    def _call(self, node: tree.Call) -> None:
        callee = node.node
        if isinstance(callee, tree.Name):
            self._note("function", callee.name, callee.at, None)
        elif isinstance(callee, tree.Getattr):
            self._node(callee.node)
            start, end = self._source.after(callee.at)
            self._token("function", callee.attr, start, end, None)
        else:
            self._node(callee)
        self._arguments(node)

    def _applied(self, node: tree.Filter | tree.Test) -> None:
        self._node(node.node)
        if isinstance(node, tree.Filter):
            self._note("filter", node.name, node.at, None)
        else:
            start, end = self._source.after(node.at)
            if self._source.text[start:end] == "not":
                start, end = self._source.after(start)
            self._token("predicate", node.name, start, end, None)
        self._arguments(node)

    def _arguments(self, node: tree.Call | tree.Applied) -> None:
        self.body(node.args)
        self.body(keyword.value for keyword in node.kwargs)
        self._node(node.dyn_args)
        self._node(node.dyn_kwargs)

    # ---- what is found

    def _note(self, kind: str, name: str, at: int, symbol: Symbol | None, *, is_definition: bool = False) -> None:
        self._token(kind, name, at, at + len(name), symbol, is_definition=is_definition)

    def _token(
        self, kind: str, name: str, start: int, end: int, symbol: Symbol | None, *, is_definition: bool = False
    ) -> None:
        index = bisect_left(self._source.starts, start)
        if index == len(self._source.starts) or self._source.starts[index] != start or start in self.seen:
            return  # what a short form stands for has no place of its own, or that of another name
        if not self._source.text.startswith(name, start):
            return
        self.seen.add(start)
        self._found.append(FoundName(kind, name, self._place(start, start + len(name)), symbol, is_definition))
