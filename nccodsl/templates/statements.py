"""From the statements of a template (`if`, `set`, `with`) and its text to closures that write to a list.

Owns the output limit. Expressions are compiled by the class that this one extends, loops by the one that extends this.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from markupsafe import Markup

from nccodsl.diagnostics import messages
from nccodsl.templates import limits, tree
from nccodsl.templates.address_text import in_address
from nccodsl.templates.compiler import FAILURES, Closure, Stop
from nccodsl.templates.dialect import MarkupForm
from nccodsl.templates.encoded_values import is_encoded
from nccodsl.templates.expressions import ExpressionCompiler
from nccodsl.templates.operators import kind, to_text
from nccodsl.templates.plain_words import in_words
from nccodsl.templates.scope import Refusal, RenderFailure, Scope
from nccodsl.templates.tree import kind_of


class Sheet(list[str]):
    """What has been written so far, and how long it is."""

    __slots__ = ("length",)

    def __init__(self) -> None:
        super().__init__()
        self.length = 0

    def of_value(self, text: str, encoded: bool) -> str:
        """The text of a value, as it is written here; `encoded`: `urlencode` made it."""
        return text


class AddressSheet(Sheet):
    """What has been written of an address. The value that begins it chooses the server, and stays as it is."""

    __slots__ = ()

    def of_value(self, text: str, encoded: bool) -> str:
        # The host is over after a few parts; joining all of many would take long.
        before = "".join(self[:_MOST_OF_HOST])
        return in_address(text, before, encoded=encoded) if before.strip() else text


_MOST_OF_HOST = 64
Statement = Callable[[Scope, Sheet], None]

SMALL = 1 << 62
"""Whole numbers below this are written without asking how long they are."""

_TAG_OF = {
    "Extends": "extends",
    "Block": "block",
    "Include": "include",
    "Import": "import",
    "FromImport": "from",
    "Macro": "macro",
    "CallBlock": "call",
    "FilterBlock": "filter",
    "Scope": "autoescape",
    "ScopedEvalContextModifier": "autoescape",
}


def as_text(value: Any, form: MarkupForm | None) -> str:
    """What `{{ value }}` puts into the text: escaped in markup, unless it is markup itself."""
    text = to_text(value)
    if form is None:
        return text
    # Printable text has no control characters: the quick way to know that nothing is to be looked for.
    illegal = None if text.isprintable() else form.find_illegal(text)
    if illegal:
        raise Refusal(messages.template_values.character_beyond_markup(form.name, illegal[0]))
    return str(text) if isinstance(text, Markup) else form.escape(text)


class StatementCompiler(ExpressionCompiler):
    """Compiles templates that have no loops."""

    def body(self, items: Sequence[tree.Node]) -> Statement:
        """Statements one after the other."""
        self.depth += 1
        if self.depth > limits.TREE_DEPTH:
            self.note(messages.template_limits.too_many_blocks(limits.TREE_DEPTH), self.own(items[0]))
            raise Stop
        statements = [self.statement(item) for item in items]
        self.depth -= 1
        if len(statements) == 1:
            return statements[0]

        def run(scope: Scope, sheet: Sheet) -> None:
            for statement in statements:
                statement(scope, sheet)

        return run

    def statement(self, node: tree.Node) -> Statement:
        name = kind_of(node)
        handler = getattr(self, f"do_{name.lower()}", None)
        if handler is None:
            tag = _TAG_OF.get(name, name.lower())
            place = self.own(node)
            self.note(messages.templates.tag_not_allowed(tag), place)
            return lambda scope, sheet: None
        statement: Statement = handler(node)
        return statement

    def written(self, node: tree.Node) -> Callable[[Scope], str]:
        """The text that an output puts out."""
        if isinstance(node, tree.TemplateData):
            data = node.data
            return lambda scope: data
        closure = self.expression(node)
        return self.output_of(closure, self.span(node))

    def output_of(self, closure: Closure, place: tuple[int, int]) -> Callable[[Scope], str]:
        form = self.manner.markup
        is_plain = form.is_plain if form is not None else None

        def write(scope: Scope) -> str:
            value: object = closure(scope)
            given = type(value)
            if given is str and isinstance(value, str):
                if is_plain is None or (value.isprintable() and is_plain(value)):
                    return value
            elif given is int and isinstance(value, int) and -SMALL < value < SMALL:
                return str(value)
            try:
                return as_text(value, form)
            except Refusal as refusal:
                raise refusal.at(*place) from None
            except FAILURES as error:
                raise RenderFailure(messages.template_values.unsuitable(in_words(error)), *place) from None

        return write

    def _form_of(self, node: tree.Node) -> bool | None:
        """Whether a value is encoded; None for text of the template."""
        return None if isinstance(node, tree.TemplateData) else is_encoded(node, self.encoded_names)

    # statements

    def do_output(self, node: tree.Output) -> Statement:
        parts = [(self.written(part), self.span(part), self._form_of(part)) for part in node.nodes]

        def run(scope: Scope, sheet: Sheet) -> None:
            for write, place, encoded in parts:
                text = write(scope)
                if encoded is not None:
                    text = sheet.of_value(text, encoded)
                sheet.append(text)
                sheet.length += len(text)
                try:
                    if len(text) > limits.SMALL_TEXT:
                        limits.charge(scope, len(text) >> 6)
                    limits.check_length(sheet.length)
                except Refusal as refusal:
                    raise refusal.at(*place) from None

        return run

    def do_if(self, node: tree.If) -> Statement:
        branches = [(self.expression(branch.test), self.body(branch.body)) for branch in (node, *node.elif_)]
        otherwise = self.body(node.else_)

        def run(scope: Scope, sheet: Sheet) -> None:
            for test, body in branches:
                if test(scope):
                    body(scope, sheet)
                    return
            otherwise(scope, sheet)

        return run

    def do_assign(self, node: tree.Assign) -> Statement:
        value = self.expression(node.node)
        store = self.target_of(node.target)
        return lambda scope, sheet: store(scope, value(scope))

    def do_assignblock(self, node: tree.AssignBlock) -> Statement:
        if node.filter is not None:
            place = self.own(node.filter)
            self.note(messages.templates.filter_on_set(), place)
        bound = set(self.bound)
        body = self.body(node.body)
        self.bound = bound
        store = self.target_of(node.target)
        markup = self.manner.markup is not None

        def run(scope: Scope, sheet: Sheet) -> None:
            inner = Sheet()
            inner.length = sheet.length
            child = scope.child()
            body(child, inner)
            scope.steps = child.steps
            text = "".join(inner)
            store(scope, Markup(text) if markup else text)

        return run

    def do_with(self, node: tree.With) -> Statement:
        # All values are evaluated outside, as Jinja does.
        values = self.expressions(node.values)
        bound = set(self.bound)
        stores = [self.target_of(target) for target in node.targets]
        body = self.body(node.body)
        self.bound = bound

        def run(scope: Scope, sheet: Sheet) -> None:
            child = scope.child()
            for store, value in zip(stores, [value(scope) for value in values], strict=True):
                store(child, value)
            child.steps = max(child.steps, scope.steps)
            body(child, sheet)
            scope.steps = child.steps

        return run

    def do_overlayscope(self, node: tree.OverlayScope) -> Statement:
        """The forms of a `trans` block, one of which is for the number."""
        number, place = self.expression(node.context), self.span(node.context)
        forms = [self.body(form.body) for form in node.body if isinstance(form, tree.Scope)]
        if len(forms) > 2 and self.manner.plural is None:
            self.note(messages.templates.too_many_forms(), self.own(node))
        plural, last = self.manner.plural or _other_than_one, len(forms) - 1

        def run(scope: Scope, sheet: Sheet) -> None:
            count = number(scope)
            if isinstance(count, bool) or not isinstance(count, int | float):
                raise RenderFailure(messages.template_values.wants_number("pluralize", kind(count)), *place)
            forms[min(plural(abs(int(count))), last)](scope, sheet)

        return run

    def target_of(self, node: tree.Node) -> Callable[[Scope, Any], None]:
        """What stores a value under a name, or under several."""
        if isinstance(node, tree.Name):
            name = node.name
            if name.startswith("_"):
                self.note(messages.templates.private(name, "set"), self.own(node))
            self.bound.add(name)

            def store(scope: Scope, value: Any) -> None:
                scope[name] = value

            return store
        place = self.span(node)
        if not isinstance(node, tree.Tuple):
            self.note(messages.templates.only_names_are_set(), place)
            return lambda scope, value: None
        targets = [self.target_of(item) for item in node.items]

        def unpack(scope: Scope, value: Any) -> None:
            if not isinstance(value, list | tuple | str) or len(value) != len(targets):
                raise RenderFailure(messages.template_values.wrong_count_of_parts(kind(value), len(targets)), *place)
            for target, item in zip(targets, value, strict=True):
                target(scope, item)

        return unpack


def _other_than_one(number: int) -> int:
    return int(number != 1)
