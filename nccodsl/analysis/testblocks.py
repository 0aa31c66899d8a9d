"""Test blocks: names and values are judged here; the flow runtime runs them."""

from __future__ import annotations

from nccodsl.analysis.program import Parameter
from nccodsl.analysis.statements import Statements
from nccodsl.diagnostics import Collector, did_you_mean
from nccodsl.syntax import ast

_TEXT = "a text in quotes"
_ARGUMENTS = {
    "hear": _TEXT,
    "press": "keys in quotes",
    "say": _TEXT,
    "fetched": "an address in quotes",
    "dialled": "an endpoint such as `phone 14155550123`",
}
_OPTIONAL = {"recorded", "notified", "silence"}
_ENDPOINTS = ("phone", "sip", "websocket", "app", "vbc")


def check_test(
    node: ast.Test, parameters: dict[str, Parameter], open_names: bool, statements: Statements, collector: Collector
) -> None:
    """Report what cannot be right in a test."""
    for verb in node.verbs:
        if isinstance(verb, ast.With):
            _with(verb, parameters, open_names, statements, collector)
        else:
            _expect(verb, statements, collector)


def _with(
    node: ast.With, parameters: dict[str, Parameter], open_names: bool, statements: Statements, collector: Collector
) -> None:
    for option in node.values:
        name = option.name.text
        parameter = parameters.get(name)
        if parameter is None:
            if not open_names:
                collector.report(
                    "E204",
                    option.name.span,
                    f"there is no param `{name}`",
                    help=did_you_mean(name, parameters) or f"declare it: param {name}: text",
                )
            continue
        value = option.value
        constant: object
        match value:
            case ast.Number() | ast.Duration() | ast.Word() | ast.Text():
                constant = value.text
            case ast.Boolean():
                constant = value.value
            case _:
                continue
        try:
            parameter.convert(constant)
        except ValueError as reason:
            collector.report("E315", value.span, f"`{name}` is a {parameter.type}: {reason}")


def _expect(node: ast.Expect, statements: Statements, collector: Collector) -> None:
    verb = node.verb.text
    if node.negated and verb != "hear":
        collector.report("E101", node.verb.span, f"`not` goes with `hear`, not with `{verb}`")
    if node.kind is not None and verb != "dialled":
        collector.report(
            "E101",
            node.kind.span,
            f"unexpected `{node.kind.text}` behind `{verb}`",
            help=did_you_mean(node.kind.text, (*_ARGUMENTS, "ended", "recorded", "notified")),
        )
    elif node.kind is not None and node.kind.text not in _ENDPOINTS:
        collector.report(
            "E209",
            node.kind.span,
            f"there is no endpoint `{node.kind.text}`",
            help=did_you_mean(node.kind.text, _ENDPOINTS),
        )
    wanted = _ARGUMENTS.get(verb)
    if wanted and node.value is None and not (verb == "dialled" and node.kind is not None):
        collector.report("E401", node.span, f"`{verb}` takes {wanted}")
    elif not wanted and node.value is not None and verb not in _OPTIONAL:
        collector.report("E101", node.value.span, f"`{verb}` takes nothing")
    if verb in ("hear", "press", "say", "fetched") and not isinstance(node.value, (ast.Text, ast.Template, type(None))):
        collector.report("E301", node.value.span, f"`{verb}` takes {wanted}")
    if verb == "press" and isinstance(node.value, ast.Text) and set(node.value.text) - set("0123456789*#"):
        collector.report("E307", node.value.span, f"`{node.value.text}` cannot be pressed: the keys are 0-9, * and #")
    if verb == "fetched" and node.reply is None:
        collector.report("E401", node.span, '`fetched` says what comes back: fetched "…" reply {…}')
    if node.reply is not None and (verb != "fetched" or not isinstance(node.reply, ast.MapValue)):
        collector.report("E101", node.reply.span, "`reply {…}` belongs to `fetched` and is a map")
    for value in (node.value, node.reply):
        if value is not None and not isinstance(value, ast.Duration):
            statements.check_value(value)
