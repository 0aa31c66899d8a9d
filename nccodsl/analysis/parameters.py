"""Params, secrets and lets: names, types, defaults."""

from __future__ import annotations

from nccodsl.analysis.draft_places import Places
from nccodsl.analysis.draft_values import DraftValues
from nccodsl.analysis.names import Names
from nccodsl.analysis.program import REQUIRED, DeclaredSecret, LetValue, Parameter, holes_in
from nccodsl.analysis.rename import NAME, in_small_letters, renamed
from nccodsl.analysis.templates import Templates
from nccodsl.analysis.types import CONVERTERS, why_unfit
from nccodsl.base.durations import whole_seconds
from nccodsl.base.iso_times import OtherForm
from nccodsl.base.source import Span
from nccodsl.diagnostics import Collector, messages
from nccodsl.syntax import ast
from nccodsl.templates import is_template

_PRIVATE = "private"


def check_name(name: ast.Name, what: str, collector: Collector) -> None:
    """Names are lower-case words: `[a-z_][a-z0-9_]*`."""
    if not NAME.fullmatch(name.text):
        better = in_small_letters(name.text)
        step = what in ("step", "outcome")
        edits = renamed(collector.sources.file_of(name.span), name.text, better, step=step)
        collector.report(messages.syntax.bad_name(name.text, what, better, edits, step=step), name.span)


class Parameters:
    """Analyses the params, secrets and lets of one script, in their order."""

    def __init__(self, collector: Collector, names: Names, templates: Templates, values: DraftValues) -> None:
        self._collector = collector
        self._names = names
        self._templates = templates
        self._values = values
        self.parameters: dict[str, Parameter] = {}
        self.lets: list[LetValue] = []

    def param(self, node: ast.Param) -> None:
        check_name(node.name, "param", self._collector)
        name = node.name.text
        convert = CONVERTERS.get(node.type.text)
        if convert is None:
            self._collector.report(
                messages.names.unknown_type(node.type.text, CONVERTERS, node.type.span), node.type.span
            )
        if node.private:
            self._check_private(node)
        if node.private and node.default is not None:
            self._collector.sources.file_of(node.default.span).hide(node.default.span)
        default = REQUIRED if node.default is None else self._default(node, node.default)
        doc = self._description(node.doc)
        if not self._names.declare(name, node.name.span, node.span, param=True):
            return
        self.parameters[name] = Parameter(
            name=name,
            type=node.type.text,
            convert=convert or CONVERTERS["any"],
            private=node.private,
            default=default,
            doc=doc,
            span=node.name.span,
        )

    def _check_private(self, node: ast.Param) -> None:
        """`private` on the line of the next param, before it, was meant for that one."""
        file = self._collector.sources.file_of(node.span)
        at, end = node.span.start - file.base, node.span.end - file.base
        behind = file.text[end : end + 80].split("\n", 1)[0]
        if file.text.endswith(_PRIVATE, at, end) and behind.split()[:1] == ["param"]:
            self._collector.report(
                messages.syntax.private_before_type(), Span(node.span.end - len(_PRIVATE), node.span.end)
            )

    def secret(self, node: ast.Secret) -> DeclaredSecret | None:
        """None where the name is taken."""
        check_name(node.name, "secret", self._collector)
        doc = self._description(node.doc)
        if not self._names.declare_secret(node.name.text, node.name.span, node.span):
            return None
        return DeclaredSecret(node.name.text, doc, node.name.span)

    def _description(self, doc: ast.Value | None) -> str | None:
        if doc is not None and (not isinstance(doc, ast.Text) or is_template(doc.text)):
            self._collector.report(messages.values.description_not_plain(), doc.span)
        return doc.text if isinstance(doc, ast.Text) else None

    def _default(self, node: ast.Param, value: ast.Value) -> object:
        match value:
            case ast.Template():
                return self._templates.expression(value)
            case ast.Text() if is_template(value.text):
                return self._templates.text(value)
            case ast.Null():
                return None
            case ast.Duration():
                constant: object = value.text if node.type.text == "text" else whole_seconds(value.milliseconds)
            case ast.Number() if node.type.text in ("text", "phone"):
                constant = value.text
            case _:
                constant = self._values.free(value, (), Places(value.span))
        convert = CONVERTERS.get(node.type.text)
        if convert is None or any(holes_in(constant)):
            return constant
        try:
            return convert(constant)
        except ValueError as reason:
            why = None if node.private else why_unfit(reason)
            right = reason.right if isinstance(reason, OtherForm) and not node.private else None
            wrong = messages.values.default_is_none(node.name.text, node.type.text, why, right)
            self._collector.report(wrong, value.span)
            return constant

    def let(self, node: ast.Let) -> None:
        check_name(node.name, "let", self._collector)
        value = self.value(node.value)
        for hole in holes_in(value):
            if any(use.name == "visits" for use in hole.code.names) and not self._names.declares("visits"):
                self._collector.report(messages.names.visits_in_let(node.name.text), hole.span)
        if self._names.declare(node.name.text, node.name.span, node.span):
            self.lets.append(LetValue(node.name.text, value, node.name.span))

    def value(self, node: ast.Value) -> object:
        """The draft of a value that a name stands for."""
        if isinstance(node, ast.Duration):
            return whole_seconds(node.milliseconds)
        return self._values.said(node)
