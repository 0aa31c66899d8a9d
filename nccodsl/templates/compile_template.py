"""Puts the parts together: parse, check, compile, and choose the fastest way to render.

Owns the way for templates that are literal text and holes; most are, and they are rendered for each recipient.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nccodsl.diagnostics import messages
from nccodsl.templates import limits, tree
from nccodsl.templates.compiler import Stop
from nccodsl.templates.dialect import Dialect, Manner
from nccodsl.templates.encoded_values import encoded_names, is_encoded
from nccodsl.templates.loops import LoopCompiler
from nccodsl.templates.parse import parse
from nccodsl.templates.places import Source
from nccodsl.templates.scope import Refusal, RenderFailure, Scope, TemplateProblem
from nccodsl.templates.statements import AddressSheet, Sheet, Statement, StatementCompiler
from nccodsl.templates.substitute import substituting
from nccodsl.templates.template import Expression, Template

Writer = Callable[[Scope], str]

_FEW = 24
"""Holes whose text may be joined before its length is checked."""


def _failing(problem: TemplateProblem) -> Callable[[Scope], Any]:
    def fail(scope: Scope) -> Any:
        raise RenderFailure(problem.said, problem.start, problem.end)

    return fail


def compile_template(text: str, dialect: Dialect, manner: Manner, local: Mapping[str, str]) -> Template:
    markup = manner.markup is not None
    source = Source(text, limit=len(text))
    parsed, problem = parse(text, source)
    if parsed is None:
        assert problem is not None
        return Template(text, markup, (problem,), (), None, _failing(problem))
    compiler = LoopCompiler(source, manner, dialect, local)
    pieces: tuple[str | Expression, ...] | None = None
    render: Writer | None = None
    render_address: Writer | None = None
    try:
        if all(isinstance(part, tree.Output) for part in parsed.body):
            pieces, render = _compile_pieces(compiler, parsed, text)
        else:
            compiler.encoded_names = encoded_names(parsed)
            body = compiler.body(parsed.body)
            render, render_address = _whole(body, Sheet), _whole(body, AddressSheet)
    except Stop:
        pass
    except RecursionError:
        compiler.note(messages.template_limits.nested_too_deeply(), (0, len(text)))
    problems = tuple(sorted(compiler.problems, key=lambda found: found.start))
    if problems or render is None:
        render, render_address = _failing(problems[0]), None
    names = tuple(compiler.names)
    return Template(
        text, markup, problems, names, pieces, render, compiler.uses_markup_filter, render_address, tuple(source.blocks)
    )


def _whole(body: Statement, kind: type[Sheet]) -> Writer:
    def render(scope: Scope) -> str:
        # A copy, since `set` must not reach the caller's names.
        own = scope.child()
        sheet = kind()
        try:
            body(own, sheet)
        finally:
            scope.steps = own.steps
        return "".join(sheet)

    return render


def _compile_pieces(
    compiler: StatementCompiler, parsed: tree.Template, text: str
) -> tuple[tuple[str | Expression, ...], Writer]:
    pieces: list[str | Expression] = []
    writers: list[Writer] = []
    simple: list[str] = []
    """The names of the holes, for as long as all of them are plain names."""
    holes = 0
    for output in parsed.body:
        for node in getattr(output, "nodes", ()):
            if isinstance(node, tree.TemplateData):
                if pieces and isinstance(pieces[-1], str):
                    # Text before and after a comment is one piece.
                    pieces[-1] += node.data
                    writers[-1] = _literal(pieces[-1])
                else:
                    pieces.append(node.data)
                    writers.append(_literal(node.data))
                continue
            first, before = len(compiler.names), len(compiler.problems)
            closure, (start, end) = compiler.expression(node), compiler.span(node)
            pieces.append(
                Expression(
                    text[start:end],
                    tuple(compiler.problems[before:]),
                    tuple(compiler.names[first:]),
                    closure,
                    start,
                    end,
                    is_encoded(node),
                )
            )
            writers.append(compiler.output_of(closure, (start, end)))
            holes += 1
            if isinstance(node, tree.Name):
                simple.append(compiler.local.get(node.name, node.name))
    render = _joining(writers, holes)
    if holes and len(simple) == holes <= _FEW:
        render = substituting(pieces, simple, compiler.manner.markup, render)
    return tuple(pieces), render


def _literal(text: str) -> Writer:
    return lambda scope: text


def _joining(writers: list[Writer], holes: int) -> Writer:
    """Renders each piece and joins them."""

    def render(scope: Scope) -> str:
        texts: list[str] = [write(scope) for write in writers]
        if holes > _FEW:
            _check(sum(map(len, texts)))
        text = "".join(texts)
        if len(text) > limits.OUTPUT_CHARACTERS:
            _check(len(text))
        return text

    return render


def _check(length: int) -> None:
    try:
        limits.check_length(length)
    except Refusal as refusal:
        raise refusal.at(0, 0) from None


def compile_source(source: str, dialect: Dialect, language: str | None, local: Mapping[str, str]) -> Expression:
    place = Source(source, shift=2, limit=len(source))
    parsed, problem = parse("{{" + source + "}}", place)
    if parsed is None:
        assert problem is not None
        return Expression(source, (problem,), (), _failing(problem), 0, len(source))
    parts = [part for output in parsed.body for part in getattr(output, "nodes", (output,))]
    if len(parts) != 1 or isinstance(parts[0], tree.TemplateData | tree.Stmt):
        end = source.find("}}")
        start = max(0, end)
        problem = TemplateProblem(messages.templates.expression_ends_early(), start, min(start + 2, len(source)))
        return Expression(source, (problem,), (), _failing(problem), 0, len(source))
    compiler = LoopCompiler(place, Manner(None, language), dialect, local)
    evaluate: Callable[[Scope], object] | None = None
    try:
        evaluate = compiler.expression(parts[0])
    except Stop:
        pass
    except RecursionError:
        compiler.note(messages.template_limits.nested_too_deeply("the expression"), (0, len(source)))
    problems = tuple(sorted(compiler.problems, key=lambda found: found.start))
    if problems or evaluate is None:
        evaluate = _failing(problems[0])
    return Expression(source, problems, tuple(compiler.names), evaluate, 0, len(source))
