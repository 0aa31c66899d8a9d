"""Test blocks: names and values are judged here; the rehearsal runs them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from nccodsl.analysis.bodies import Statements
from nccodsl.analysis.program import AskItem, Hole, Parameter
from nccodsl.analysis.request_parts import is_failure
from nccodsl.analysis.script_tests import ANYBODY, ScriptTest, ScriptVerb
from nccodsl.analysis.types import why_unfit
from nccodsl.base.source import Span
from nccodsl.clock.zones import read_moment
from nccodsl.diagnostics import Collector, Message, messages
from nccodsl.diagnostics.edits import without_second
from nccodsl.syntax import ast
from nccodsl.templates import is_template
from nccodsl.templates.dialect import LANGUAGE
from nccodsl.voice.catalogue import catalogue
from nccodsl.voice.forms import KEYS
from nccodsl.voice.languages import language_advice, languages

_TEXT = "text in quotes"
_ARGUMENTS = {
    "hear": _TEXT,
    "press": "keys in quotes",
    "say": _TEXT,
    "fetched": "a URL in quotes",
    "dialled": "an endpoint such as `phone 14155550123`",
    "sent": "a URL in quotes",
    "whispered": _TEXT,
}
_QUOTED = ("hear", "press", "say", "fetched", "sent", "whispered")
_OPTIONAL = {"recorded", "transcribed", "notified", "silence"}
_NEGATED = ("hear", "opted_out")
FETCH_FAILURES = ("failed", "timeout")
"""What stands behind a `fetched` that brings nothing."""
_Line = ast.With | ast.Moment | ast.Expect
_ENDPOINTS = tuple(catalogue().endpoints["connect"])


def check_test(
    node: ast.Test, parameters: dict[str, Parameter], open_names: bool, statements: Statements, collector: Collector
) -> ScriptTest:
    """The test, after reporting what cannot be right in it."""
    values: dict[str, object] = {}
    places: dict[str, Span] = {}
    verbs: list[ScriptVerb] = []
    for place, verb in enumerate(node.verbs):
        if isinstance(verb, ast.With):
            _once(verb, places, collector)
            values.update(_with(verb, parameters, open_names, statements, collector))
        elif isinstance(verb, ast.Moment):
            if verbs:
                collector.report(messages.clock.moment_late(), verb.span)
        else:
            following = node.verbs[place + 1] if place + 1 < len(node.verbs) else None
            before = node.verbs[place - 1] if place else None
            verbs.append(_expect(verb, before, following, statements, collector))
    # A name that no param has is reported, and may be meant for one that lacks.
    for parameter in parameters.values() if values.keys() <= parameters.keys() else ():
        if parameter.required and parameter.name not in values:
            collector.report(messages.tests.param_missing(parameter.name, parameter.type), node.title.span)
    asked = statements.dialogs.tested(node.of) if node.of is not None else None
    for line in verbs if node.of is None or asked is not None else ():
        _ends(line, asked, statements, collector)
    return ScriptTest(node.title.text, values, tuple(verbs), node.title.span, _moment(node, collector), asked)


def _ends(verb: ScriptVerb, asked: AskItem | None, statements: Statements, collector: Collector) -> None:
    """`ends outcome` stands in tests of dialogs."""
    if verb.verb != "ends":
        return
    if asked is None:
        collector.report(messages.tests.ends_without_dialog(), verb.span)
        return
    outcomes = statements.dialogs.items[asked.dialog].outcomes
    if verb.kind is None:
        collector.report(messages.tests.ends_without_outcome(list(outcomes)), verb.span)
    elif verb.kind not in outcomes:
        collector.report(messages.values.no_such_outcome(verb.kind, asked.dialog, list(outcomes)), verb.span)


def _moment(node: ast.Test, collector: Collector) -> datetime | None:
    """When a test plays; None where it does not say."""
    given = [verb for verb in node.verbs if isinstance(verb, ast.Moment)]
    if not given:
        return None
    first, *more = given
    for other in more:
        collector.report(messages.clock.moment_twice(first.span), other.span)
    moment = read_moment(first.text.text)
    if moment is None:
        collector.report(messages.clock.bad_moment(first.text.text), first.text.span)
        return datetime(2026, 1, 1)  # so that it is not missed as well
    return moment


def _once(node: ast.With, places: dict[str, Span], collector: Collector) -> None:
    for option in node.values:
        name = option.name.text
        if name in places:
            collector.report(messages.options.given_twice(name, places[name]), option.name.span)
        places.setdefault(name, option.name.span)


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
            if not open_names and not (name == LANGUAGE and statements.changes is not None):
                collector.report(messages.names.no_param(name, parameters), option.name.span)
            continue
        if isinstance(given[name], Hole):
            collector.report(messages.tests.value_not_plain(), value.span)
            continue
        try:
            parameter.convert(given[name])
        except ValueError as reason:
            collector.report(messages.values.no_value_of_type(name, parameter.type, why_unfit(reason)), value.span)
    return given


def _constant(value: ast.Value, statements: Statements) -> object:
    """A value as it would come from outside: a number may be a telephone number, and keeps its zeros."""
    match value:
        case ast.Number() | ast.Duration() | ast.Word():
            return value.text
        case _:
            return statements.value(value)


def _expect(
    node: ast.Expect, before: _Line | None, following: _Line | None, statements: Statements, collector: Collector
) -> ScriptVerb:
    status = _status(node, before)
    for message, at in (*(_failure(node.value) if status else _argument(node)), *_reply(node, following), *_body(node)):
        if not _text_lost(node, collector):
            collector.report(message, at)
    value: object = None
    match node.value:
        case ast.Duration():
            value = node.value.milliseconds / 1000
        case ast.Number():
            value = node.value.text
        case None:
            pass
        case ast.AnyValue():
            value = ANYBODY
        case _:
            value = statements.value(node.value)
    return ScriptVerb(
        node.verb.text,
        node.negated,
        node.kind.text if node.kind is not None else None,
        value,
        _voice(node, statements, collector),
        statements.value(node.reply) if node.reply is not None else None,
        node.span,
        statements.value(node.body) if node.body is not None else None,
    )


def _status(node: ast.Expect, before: _Line | None) -> bool:
    """Whether it is the `failed 404` of the `fetched` before it."""
    of_fetch = isinstance(before, ast.Expect) and before.verb.text == "fetched" and before.reply is None
    return of_fetch and node.verb.text == "failed" and node.value is not None


def _failure(value: ast.Value | ast.AnyValue | None) -> Iterator[tuple[Message, Span]]:
    """A status with which no `fetch` fails."""
    match value:
        case ast.Number() if is_failure(value.text):
            return
        case ast.Number() | ast.Text():
            quoted = isinstance(value, ast.Text)
            status = value.text if quoted and is_failure(value.text) else None
            yield messages.tests.no_failure(f'"{value.text}"' if quoted else value.text, status), value.span
        case None:
            return
        case _:
            yield messages.tests.takes_nothing("failed"), value.span


def _body(node: ast.Expect) -> Iterator[tuple[Message, Span]]:
    """Only `sent` looks at a body."""
    if node.body is not None and node.verb.text not in ("sent", "ends"):
        yield messages.tests.body_without_sent(node.verb.text), node.body.span


def _text_lost(node: ast.Expect, collector: Collector) -> bool:
    """Whether a string stands behind the verb that is not closed, and is reported already."""
    file = collector.sources.file_of(node.span)
    at = node.span.end - file.base
    return node.value is None and file.text[at : at + 100].lstrip(" \t").startswith('"')


def _argument(node: ast.Expect) -> Iterator[tuple[Message, Span]]:
    """What is wrong with what stands behind a verb."""
    verb, value, wanted = node.verb.text, node.value, _ARGUMENTS.get(node.verb.text)
    if node.negated and verb not in _NEGATED:
        yield messages.tests.not_without_hear(verb, Span(node.span.start, node.verb.span.start)), node.verb.span
    if verb == "ends" and value is not None and not isinstance(value, ast.MapValue):
        yield messages.tests.takes_nothing(verb), value.span
    if node.kind is not None:
        yield from _word_behind(node, node.kind, wanted)
    if wanted and value is None and node.kind is None:
        yield messages.tests.no_argument(verb, wanted, _behind(node.verb.span)), node.span
    elif not wanted and value is not None and verb not in (*_OPTIONAL, "ends"):
        yield messages.tests.takes_nothing(verb), value.span
    if verb in _QUOTED and value is not None and not isinstance(value, ast.Text | ast.Template):
        written = value.text if isinstance(value, ast.Number) else None
        yield messages.tests.wrong_argument(verb, wanted, written), value.span
    if verb == "press" and isinstance(value, ast.Text) and set(value.text) - set(KEYS):
        yield messages.values.cannot_be_pressed(value.text), value.span


def _word_behind(node: ast.Expect, kind: ast.Name, wanted: str | None) -> Iterator[tuple[Message, Span]]:
    """A word without quotes: only `dialled` has one, the kind of an endpoint."""
    verb = node.verb.text
    if verb == "ends":
        return
    if verb in ("hear", "press", "say") and node.value is None:
        yield messages.tests.wrong_argument(verb, wanted, kind.text), kind.span
    elif verb != "dialled":
        known = (*_ARGUMENTS, "ended", "opted_out", "recorded", "transcribed", "notified")
        yield messages.tests.word_behind_verb(kind.text, verb, known), kind.span
    elif kind.text not in _ENDPOINTS:
        yield messages.names.unknown_kind("endpoint", kind.text, _ENDPOINTS, listed=False), kind.span


def _reply(node: ast.Expect, following: _Line | None) -> Iterator[tuple[Message, Span]]:
    """What a `fetched` brings is said by its `reply`, or by the line behind it."""
    verb = node.verb.text
    failing = isinstance(following, ast.Expect) and following.verb.text in FETCH_FAILURES
    if verb == "fetched" and node.reply is None and not failing:
        yield messages.tests.fetched_without_reply(_behind(node.span)), node.span
    if node.reply is not None and verb != "fetched":
        before = max(part.span.end for part in (node.verb, node.kind, node.value, *node.options) if part is not None)
        yield messages.tests.reply_without_fetched(Span(before, node.reply.span.end)), node.reply.span


def _behind(span: Span) -> Span:
    return Span(span.end, span.end)


def _voice(node: ast.Expect, statements: Statements, collector: Collector) -> dict[str, object]:
    """In which voice something is heard: `language` and `style`."""
    verb = node.verb.text
    given: dict[str, object] = {}
    for option in node.options:
        name, value = option.name.text, option.value
        if verb != "hear":
            said = messages.tests.no_options(verb, name if name in _VOICE else None, option.span)
            collector.report(said, option.name.span)
        elif name not in _VOICE:
            collector.report(messages.names.unknown_option("`hear`", name, list(_VOICE)), option.name.span)
        elif name in given:
            file = collector.sources.file_of(option.span)
            twice = without_second(messages.options.given_twice(name), file, option.span)
            collector.report(twice, option.name.span)
        else:
            given[name] = statements.value(value)
            _VOICE[name](value, collector)
    return given


def _language(value: ast.Value, collector: Collector) -> None:
    """A test that expects a language of no voice would always fail."""
    if isinstance(value, ast.Template):
        return
    if not isinstance(value, ast.Word | ast.Text):
        collector.report(messages.tests.language_no_code(), value.span)
    elif not is_template(value.text) and value.text.casefold() not in languages().tts_folded:
        help = language_advice(value.text, languages().tts, "es-US")
        collector.report(messages.values.language_not_published(value.text, help), value.span)


def _style(value: ast.Value, collector: Collector) -> None:
    if isinstance(value, ast.Template):
        return
    if not isinstance(value, ast.Number):
        collector.report(messages.tests.style_no_number(), value.span)
    elif not isinstance(value.value, int) or value.value < 0:
        collector.report(messages.values.style_out_of_range(value.text), value.span)


_VOICE = {"language": _language, "style": _style}
