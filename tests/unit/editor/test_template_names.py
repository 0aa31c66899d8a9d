"""The names of templates are those that the compiler of templates finds, at the same places."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from nccodsl.base.source import Sources, Span
from nccodsl.diagnostics import Collector
from nccodsl.editor.symbols_used import FoundName, Symbol, TextMark
from nccodsl.editor.template_names import TemplateNames
from nccodsl.syntax import ast
from nccodsl.syntax.ignores import Ignores
from nccodsl.syntax.parser import parse
from nccodsl.templates import compile_expression, compile_text
from nccodsl.voice.speech_filters import SPEECH
from tests.every_script import EVERY


def _values(node: ast.Node) -> Iterator[ast.Text | ast.Template]:
    if isinstance(node, ast.Text | ast.Template):
        yield node
    for name in node._fields:
        value = getattr(node, name)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, ast.Node):
                yield from _values(one)


def _read(text: str, *, value: bool) -> tuple[list[FoundName], list[TextMark]]:
    found: list[FoundName] = []
    marks: list[TextMark] = []
    names = TemplateNames(found, marks, {})
    assert names.read(text, Span(0, 0), Span, lambda name: Symbol("value", "", name), value=value)
    return found, marks


def _texts() -> set[tuple[str, bool]]:
    """All texts and templates of the repository's scripts, each with whether it is a template."""
    return {
        (one.source if isinstance(one, ast.Template) else one.text, isinstance(one, ast.Template))
        for name, text in EVERY.items()
        for sources in [Sources()]
        for item in parse(sources.add(name, text), Collector(sources, Ignores())).items
        for one in _values(item)
    }


def test_they_are_those_of_the_compiler() -> None:
    compared = 0
    for text, value in sorted(_texts()):
        compiled = compile_expression(text, SPEECH) if value else compile_text(text, SPEECH)
        if compiled.problems or not compiled.names or "{% trans" in text:
            continue
        wanted = {(use.name, use.start, use.end) for use in compiled.names if text[use.start : use.end] == use.name}
        found = {(use.name, *use.span) for use in _read(text, value=value)[0] if use.symbol and not use.symbol.owner}
        assert {one for one in found if one[0] != "loop"} == wanted, text
        compared += 1
    assert compared > 500


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("a.b | upper", {"a": "value", "b": "member", "upper": "filter"}),
        ("a is not divisibleby(n)", {"a": "value", "divisibleby": "predicate", "n": "value"}),
        ("range(n)[1:m]", {"range": "function", "n": "value", "m": "value"}),
        ("a['b'].c", {"a": "value", "c": "member"}),
        ("a.upper() ~ (b if c else d)", {"a": "value", "upper": "function", "b": "value", "c": "value", "d": "value"}),
        ("a | map(attribute='b') | join(sep)", {"a": "value", "map": "filter", "join": "filter", "sep": "value"}),
    ],
)
def test_kinds(text: str, kinds: dict[str, str]) -> None:
    assert {use.name: use.kind for use in _read(text, value=True)[0]} == kinds


def test_what_a_template_sets_hides_what_is_around_it_from_there_on() -> None:
    text = "{{ x }}{% set x = x %}{{ x }}{% for x in xs %}{{ x }}{{ loop.index }}{% endfor %}{{ x }}"
    found = sorted(_read(text, value=False)[0], key=lambda use: use.span)
    owners = [use.symbol.owner for use in found if use.symbol and use.name == "x"]
    outside, target, read, inner, within, after = (owners[place] for place in (0, 1, 3, 4, 5, 6))
    assert outside == owners[2] == ""
    assert target == read == after != ""
    assert inner == within not in ("", target)


def test_a_short_form_stands_for_the_name_around_it() -> None:
    found, _ = _read("{% trans n %}{{ n }} day{% pluralize %}{{ n }} days{% endtrans %}", value=False)
    assert [use.symbol for use in found] == [Symbol("value", "", "n")] * 3


def test_the_other_words_are_marked() -> None:
    text = "a if b and not 12 else 'c'"
    marks = _read(text, value=True)[1]
    assert [text[mark.span.start : mark.span.end] for mark in marks if mark.kind == "template_keyword"] == [
        "if",
        "and",
        "not",
        "else",
    ]
    assert [mark.kind for mark in marks if mark.kind != "template_keyword"] == ["number", "string"]


def test_a_template_with_errors_is_not_read() -> None:
    assert not TemplateNames([], [], {}).read(
        "{{ a b }}", Span(0, 0), Span, lambda name: Symbol("value", "", name), value=False
    )
