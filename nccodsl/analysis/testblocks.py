"""Test blocks: names and values are judged here; the rehearsal runs them."""

from __future__ import annotations

from collections.abc import Iterable

from nccodsl.analysis.bodies import Statements
from nccodsl.analysis.program import Hole, Parameter, ScriptTest, ScriptVerb
from nccodsl.diagnostics import Collector, did_you_mean
from nccodsl.syntax import ast
from nccodsl.templates import is_template
from nccodsl.voice.catalogue import catalogue
from nccodsl.voice.languages import languages

_TEXT = "a text in quotes"
_ARGUMENTS = {
    "hear": _TEXT,
    "press": "keys in quotes",
    "say": _TEXT,
    "fetched": "an address in quotes",
    "dialled": "an endpoint such as `phone 14155550123`",
}
_OPTIONAL = {"recorded", "notified", "silence"}
FETCH_FAILURES = ("failed", "timeout")
"""What stands behind a `fetched` that brings nothing."""
_ENDPOINTS = tuple(catalogue().endpoints["connect"])


def check_test(
    node: ast.Test, parameters: dict[str, Parameter], open_names: bool, statements: Statements, collector: Collector
) -> ScriptTest:
    """The test, after reporting what cannot be right in it."""
    values: dict[str, object] = {}
    verbs: list[ScriptVerb] = []
    for place, verb in enumerate(node.verbs):
        if isinstance(verb, ast.With):
            values.update(_with(verb, parameters, open_names, statements, collector))
        else:
            following = node.verbs[place + 1] if place + 1 < len(node.verbs) else None
            verbs.append(_expect(verb, following, statements, collector))
    return ScriptTest(node.title.text, values, tuple(verbs), node.title.span)


def _with(
    node: ast.With, parameters: dict[str, Parameter], open_names: bool, statements: Statements, collector: Collector
) -> dict[str, object]:
    given: dict[str, object] = {}
    for option in node.values:
        name = option.name.text
        parameter = parameters.get(name)
        value = option.value
        given[name] = _constant(value, statements)
        if parameter is None:
            if not open_names:
                _no_param(option.name, parameters, collector)
            continue
        if isinstance(given[name], Hole):
            collector.report("E301", value.span, "a test gives plain values: no call runs yet that could compute one")
            continue
        try:
            parameter.convert(given[name])
        except ValueError as reason:
            collector.report("E315", value.span, f"`{name}` is a {parameter.type}: {reason}")
    return given


def _no_param(name: ast.Name, parameters: Iterable[str], collector: Collector) -> None:
    collector.report(
        "E204",
        name.span,
        f"there is no param `{name.text}`",
        help=lambda: did_you_mean(name.text, parameters) or f"declare it: param {name.text}: text",
    )


def _constant(value: ast.Value, statements: Statements) -> object:
    """A value as it would come from outside: a number may be a telephone number, and keeps its zeros."""
    match value:
        case ast.Number() | ast.Duration() | ast.Word():
            return value.text
        case _:
            return statements.value(value)


def _expect(
    node: ast.Expect, following: ast.With | ast.Expect | None, statements: Statements, collector: Collector
) -> ScriptVerb:
    verb = node.verb.text
    if node.negated and verb != "hear":
        collector.report("E101", node.verb.span, f"`not` goes with `hear`, not with `{verb}`")
    wanted = _ARGUMENTS.get(verb)
    if node.kind is not None and verb in ("hear", "press", "say") and node.value is None:
        written = f'write {verb} "{node.kind.text}"'
        collector.report("E301", node.kind.span, f"`{verb}` takes {wanted}", help=written)
    elif node.kind is not None and verb != "dialled":
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
    if wanted and node.value is None and node.kind is None:
        collector.report("E401", node.span, f"`{verb}` takes {wanted}")
    elif not wanted and node.value is not None and verb not in _OPTIONAL:
        collector.report("E101", node.value.span, f"`{verb}` takes nothing")
    if verb in ("hear", "press", "say", "fetched") and not isinstance(node.value, (ast.Text, ast.Template, type(None))):
        instead = f'write {verb} "{node.value.text}"' if isinstance(node.value, ast.Number) else None
        collector.report("E301", node.value.span, f"`{verb}` takes {wanted}", help=instead)
    if verb == "press" and isinstance(node.value, ast.Text) and set(node.value.text) - set("0123456789*#"):
        collector.report("E307", node.value.span, f"`{node.value.text}` cannot be pressed: the keys are 0-9, * and #")
    if verb == "fetched" and node.reply is None:
        failing = isinstance(following, ast.Expect) and following.verb.text in FETCH_FAILURES
        if not failing:
            collector.report(
                "E401",
                node.span,
                "`fetched` says what comes back",
                help='write fetched "…" reply {…}, or fetched "…" failed',
            )
    if node.reply is not None and verb != "fetched":
        collector.report("E101", node.reply.span, "`reply {…}` belongs to `fetched`")
    value = node.value
    return ScriptVerb(
        verb,
        node.negated,
        node.kind.text if node.kind is not None else None,
        value.milliseconds / 1000
        if isinstance(value, ast.Duration)
        else value.text
        if isinstance(value, ast.Number)
        else statements.value(value)
        if value is not None
        else None,
        _voice(node, statements, collector),
        statements.value(node.reply) if node.reply is not None else None,
        node.span,
    )


def _voice(node: ast.Expect, statements: Statements, collector: Collector) -> dict[str, object]:
    """In which voice something is heard: `language` and `style`."""
    verb = node.verb.text
    given: dict[str, object] = {}
    for option in node.options:
        name, value = option.name.text, option.value
        if verb != "hear":
            help = f'they say in which voice something is heard: hear "…" {name}=…' if name in _VOICE else None
            collector.report("E202", option.name.span, f"`{verb}` takes no options", help=help)
        elif name not in _VOICE:
            help = did_you_mean(name, _VOICE) or f"known: {', '.join(_VOICE)}"
            collector.report("E202", option.name.span, f"`hear` has no option `{name}`", help=help)
        elif name in given:
            collector.report("E105", option.name.span, f"`{name}` is given twice")
        else:
            given[name] = statements.value(value)
            _VOICE[name](value, collector)
    return given


def _language(value: ast.Value, collector: Collector) -> None:
    """What nobody speaks would be a test that fails for ever."""
    if isinstance(value, ast.Template):
        return
    if not isinstance(value, ast.Word | ast.Text):
        collector.report("E301", value.span, "`language` is a code such as es-US")
    elif not is_template(value.text) and value.text.casefold() not in languages().tts_folded:
        collector.report(
            "E302",
            value.span,
            f"`{value.text}` is not among the published languages",
            help=did_you_mean(value.text, languages().tts) or "a language is a code such as es-US",
        )


def _style(value: ast.Value, collector: Collector) -> None:
    if isinstance(value, ast.Template):
        return
    if not isinstance(value, ast.Number):
        collector.report("E301", value.span, "`style` is a whole number such as 2")
    elif not isinstance(value.value, int) or value.value < 0:
        collector.report("E304", value.span, f"`style` is a whole number from 0, not {value.text}")


_VOICE = {"language": _language, "style": _style}
