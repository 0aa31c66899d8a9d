"""The names in the values, options and shapes of a script, and the places of what names nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from nccodsl.base.source import Span
from nccodsl.editor.symbols_used import FoundName, Symbol, TextMark
from nccodsl.editor.template_names import TemplateNames, in_braces, in_literal
from nccodsl.syntax import ast
from nccodsl.templates import is_template

Slice = Callable[[Span], str]
"""The text that a span covers."""
_MARKS: dict[type[ast.Node], str] = {
    ast.Name: "enum",
    ast.Word: "enum",
    ast.Number: "number",
    ast.Duration: "number",
    ast.Times: "number",
    ast.Range: "number",
    ast.Boolean: "literal",
    ast.Null: "literal",
}


class ValueNames:
    """Reads nodes: a method `on_…` for each kind that names something; of the others, what is within them."""

    def __init__(self, cut: Slice) -> None:
        self.cut = cut
        self.found: list[FoundName] = []
        self.marks: list[TextMark] = []
        self.scopes: dict[str, Span] = {}
        """Where the names of a loop, a template or a dialog are known, by their owner."""
        self.readable = True
        """Whether all names could be read."""
        self.dialog = ""
        self.own: frozenset[str] = frozenset()
        """The names of the dialog."""
        self.loops: dict[str, Symbol] = {}
        """The values of the loops around."""
        self._templates = TemplateNames(self.found, self.marks, self.scopes)

    def visit(self, node: ast.Node) -> None:
        """Read a node."""
        kind = type(node)
        method = getattr(self, f"on_{kind.__name__.lower()}", None)
        if method is not None:
            method(node)
        elif kind in _MARKS:
            self.marks.append(TextMark(_MARKS[kind], node.span))
        else:
            self.inner(node)

    def inner(self, node: ast.Node, *without: str) -> None:
        """Read the nodes within another, besides those of some fields."""
        for name in node._fields:
            value = node.__dict__[name]
            if name in without:
                continue
            if isinstance(value, ast.Node):
                self.visit(value)
            elif type(value) is tuple:
                self.all(one for one in value if isinstance(one, ast.Node))

    def all(self, nodes: Iterable[ast.Node | None]) -> None:
        """Read several nodes."""
        for node in nodes:
            if node is not None:
                self.visit(node)

    # ---- what is found

    def note(
        self, kind: str, name: ast.Name | ast.Word, symbol: Symbol | None = None, *, defines: bool = False
    ) -> None:
        """A name; where it is written as a string, without the quotes."""
        place = Span(name.span.start, name.span.start + len(name.text))
        if self.cut(place).startswith('"'):
            place = Span(name.span.start + 1, name.span.end - 1)
        self.found.append(FoundName(kind, name.text, place, symbol, defines))

    def value_of(self, name: str) -> Symbol:
        """What a name stands for here."""
        if (loop := self.loops.get(name)) is not None:
            return loop
        if name in self.own:
            return Symbol("value", self.dialog, name)
        return Symbol("outer" if self.dialog else "value", self.dialog, name)

    def shape(self, shape: ast.Shape | None, owner: str) -> None:
        """The members of what has a shape; `owner`: what they are read of."""
        match shape:
            case ast.Fields():
                for member in shape.members:
                    self.member(member, owner)
            case ast.Listed():
                self.shape(shape.items, f"{owner}[]")
            case ast.Type():
                self.marks.append(TextMark("type", shape.name.span))
                self.all(shape.limits)

    def member(self, node: ast.Member, owner: str) -> None:
        """A member of what is read as `owner`."""
        self.note("member", node.key, Symbol("member", owner, node.key.text), defines=True)
        self.shape(node.shape, f"{owner}.{node.key.text}")
        self.all((node.default,))

    def plain(self, node: ast.Node | None) -> None:
        """A text without templates."""
        if node is not None:
            self.marks.append(TextMark("string", node.span))

    # ---- values

    def on_text(self, node: ast.Text) -> None:
        literal = self.cut(node.span)
        self.plain(node)
        if is_template(node.text) and literal.startswith('"'):
            place = in_literal(literal, node.span)
            self.readable &= self._templates.read(node.text, node.span, place, self.value_of, value=False)

    def on_template(self, node: ast.Template) -> None:
        place = in_braces(node.span)
        self.readable &= self._templates.read(node.source, node.span, place, self.value_of, value=True)

    def on_dates(self, node: ast.Dates) -> None:
        self.marks.append(TextMark("number", Span(node.span.start, node.span.start + len(node.text))))
        self.plain(node.reason)

    def on_entry(self, node: ast.Entry) -> None:
        self.note("key", node.key)
        self.visit(node.value)

    def on_option(self, node: ast.Option) -> None:
        self.note("option", node.name)
        self.visit(node.value)

    def on_endpoint(self, node: ast.Endpoint) -> None:
        self.note("endpoint", node.kind)
        self.all((node.main,))

    def given(self, options: Iterable[ast.Option], kind: str, symbol_of: Callable[[str], Symbol]) -> None:
        """Options whose names are those of something in the script."""
        for option in options:
            self.note(kind, option.name, symbol_of(option.name.text))
            self.visit(option.value)
