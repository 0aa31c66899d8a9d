"""The lexer colors every script as the parser reads it, and any text without loss and in linear time."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st
from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
from pygments.token import Comment, Error, Keyword, Literal, Name, Number, Operator, String, Whitespace

from nccodsl.base.source import Sources
from nccodsl.diagnostics import Collector
from nccodsl.highlight.pygments import CallLexer
from nccodsl.syntax.keywords import RESERVED
from nccodsl.syntax.parser import parse
from nccodsl.syntax.tables import parser
from tests.every_script import EVERY
from tests.growth import assert_linear
from tests.hostile import HOSTILE
from tests.property.grammar_places import place_script
from tests.property.grammar_scripts import script_of
from tests.property.strategies import damaged, scripts
from tests.sizes import examples


def parses(text: str) -> bool:
    sources = Sources()
    parse(sources.add("some.call", text), collector := Collector(sources))
    return not collector.sorted()


@cache
def correct() -> dict[str, str]:
    """Those of all scripts that have no syntax errors."""
    return {name: text for name, text in EVERY.items() if parses(text)}


def _tokens(text: str) -> list[tuple[int, object, str]]:
    return list(CallLexer().get_tokens_unprocessed(text))


def _kinds(text: str) -> dict[str, object]:
    """The kind of each word and sign; of those that stand there twice, of the last."""
    return {value: kind for _, kind, value in _tokens(text) if kind is not Whitespace}


def test_there_are_scripts() -> None:
    assert len(correct()) > 200
    assert len(EVERY) > len(correct())


def test_scripts_have_no_error_tokens() -> None:
    assert [
        f"{name}: {value!r} at {at}"
        for name, text in correct().items()
        for at, kind, value in _tokens(text)
        if kind is Error
    ] == []


def test_words_are_colored_as_the_parser_reads_them() -> None:
    """Keywords are those of the parser, at the places where the parser takes them for keywords; options likewise."""
    assert {name: wrong for name, text in correct().items() if (wrong := _colored_otherwise(text))} == {}


def _colored_otherwise(text: str) -> list[tuple[int | None, str, object]]:
    colored = {at: kind for at, kind, _ in _tokens(text)}
    wrong: list[tuple[int | None, str, object]] = []
    for token in parser().parse_interactive(text).iter_parse():
        kind = colored.get(token.start_pos)
        if token.type in RESERVED.values():
            right = kind is Keyword or kind is Keyword.Constant
        elif token.type == "OPTION":
            right = kind is Name.Attribute
        elif token.type == "WORD":
            right = kind in Name or kind is Keyword.Type or kind is Keyword
        else:
            continue
        if not right:
            wrong.append((token.line, str(token), kind))
    return wrong


@pytest.mark.sampled
def test_scripts_made_from_the_grammar() -> None:
    """Every construct at every place of the grammar, also those that no script of the repository has."""
    made = (make(seed) for make in (script_of, place_script) for seed in range(examples(1500)))
    texts = [text for text in made if parses(text)]
    assert len(texts) > 50
    assert [text for text in texts if _colored_otherwise(text)] == []
    assert [text for text in texts if any(kind is Error for _, kind, _ in _tokens(text))] == []


@given(st.one_of(scripts, damaged(), st.text(), st.text("\"\\{}%#'| \nacort=-1.h[],:>")))
def test_the_tokens_are_the_text(text: str) -> None:
    found = _tokens(text)
    assert "".join(value for _, _, value in found) == text
    assert all(first[0] + len(first[2]) == second[0] for first, second in pairwise(found))


@given(scripts)
def test_scripts_that_parse_have_no_error_tokens(text: str) -> None:
    if parses(text):
        assert Error not in {kind for _, kind, _ in _tokens(text)}


ROWS = sorted(
    {row for key, rows in HOSTILE.items() if key.startswith("grammar:") for row in rows}
    | {
        ("", one, "!")
        for one in ('"', '\\"', "'", "{", "{{", '{{ "', "{{ '", '"{{', '"{%', '"{#', '"""', "[", "#", "1")
    }
    | {('"{{ ', one, "!") for one in ("'", "|", "| a", "(", "\\", "1")}
    | {('"""{{ ', one, "!") for one in ("'", '"', '" ', "''", "\\")}
    | {("talk {", one, "!") for one in ("a:", "{", '"a"', ",")}
    | {("on ", one, "!") for one in ("a, ", "1", ", ")}
    | {("dialog a", one, "!") for one in ("(", "(a: b", ") -> a", ", a", " -> ")}
    | {("as a: b(", one, "!") for one in ("1..", "(", "[", "1, ")}
)


@pytest.mark.parametrize("row", ROWS, ids=repr)
def test_work_grows_with_the_size(row: tuple[str, str, str]) -> None:
    before, again, behind = row
    assert_linear(lambda size: before + again * size + behind, _tokens, 300)


def test_what_stands_where_decides() -> None:
    kinds = _kinds('step record { record record=true "a" as talk -> goodbye }')
    assert kinds["record"] is Name.Attribute
    assert [kind for _, kind, value in _tokens("step record { record }") if value == "record"] == [Name.Label, Keyword]
    assert kinds["talk"] is Name.Variable
    assert kinds["goodbye"] is Name.Label
    assert kinds["true"] is Keyword.Constant


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ('talk "Hi {{ name | title }}"', "{{", String.Interpol),
        ('talk "Hi {{ name | title }}"', "name", Name.Variable),
        ('talk "Hi {{ name | title }}"', "title", Name.Function),
        ('talk """a\n{% if x %}y{% endif %}"""', "if", Operator.Word),
        ('talk """{{ x | default("y") }}"""', "y", String),
        (r'talk "a\"b"', r"\"", String.Escape),
        ('talk "a {# b #}" # c', "# c", Comment.Single),
        ("wait 500ms", "500ms", Number.Duration),
        ("connect phone 14155550101", "phone", Name.Class),
        ("connect phone 14155550101", "14155550101", Number),
        ('test "a" { dialled phone 14155550101 not hear "b" reply {c: d} }', "phone", Name.Class),
        ('test "a" { dialled phone 14155550101 not hear "b" reply {c: d} }', "not", Keyword),
        ('test "a" { dialled phone 14155550101 not hear "b" reply {c: d} }', "c", Name.Tag),
        ('test "a" { dialled phone 14155550101 not hear "b" reply {c: d} }', "d", Name.Constant),
        ('param a: phone private = 1 "b"', "phone", Keyword.Type),
        ('param a: phone private = 1 "b"', "private", Keyword),
        ("if {{ {'a': {'b': 1}}['a'] }} { hangup }", "hangup", Keyword),
        ("input dtmf { on busy, a hangup }", "hangup", Keyword),
        ("for talk in {{ a }} { wait }", "wait", Keyword),
        ('talk "not closed\nhangup', "hangup", Keyword),
        ("dialog q(tries: integer? private = 2) -> done(a: text), failed { }", "q", Name.Label),
        ("dialog q(tries: integer? private = 2) -> done(a: text), failed { }", "tries", Name.Variable),
        ("dialog q(tries: integer? private = 2) -> done(a: text), failed { }", "integer", Keyword.Type),
        ("dialog q(tries: integer? private = 2) -> done(a: text), failed { }", "private", Keyword),
        ("dialog q(tries: integer? private = 2) -> done(a: text), failed { }", "failed", Name.Label),
        ("ask q(tries=2) as a { on done -> step }", "tries", Name.Attribute),
        ("ask q(tries=2) as a { on done -> step }", "done", Name.Constant),
        ("ask q(tries=2) as a { on done -> step }", "step", Name.Label),
        ('test "a" of q(tries=2) { ends done }', "q", Name.Label),
        ("hours office { mon-fri 09:00-17:30 }", "office", Name.Variable),
        ("hours office { mon-fri 09:00-17:30 }", "09:00-17:30", Literal.Date),
        ("hours a { closed 2026-12-25..2026-12-26 }", "closed", Keyword),
        ("hours a { closed 2026-12-25..2026-12-26 }", "2026-12-25..2026-12-26", Literal.Date),
        ("hours a { holidays GB-ENG }", "GB-ENG", Name.Constant),
        ("languages en-GB style=2, talk-x style=0", "talk-x", Name.Constant),
        ("languages en-GB style=2, talk-x style=0", "style", Name.Attribute),
        ("include <std/confirm.call>", "<std/confirm.call>", String),
        ('send POST "https://example.com"', "POST", Name.Constant),
        ("input dtmf as a: digits(4..10)", "digits", Keyword.Type),
        ("input dtmf as a: digits(4..10)", "4..10", Number),
        ("input dtmf as a: [digits(4..10)]", "4..10", Number),
        ("record { on saved hangup }", "on", Keyword),
        ("record { on saved hangup }", "hangup", Keyword),
        ("choose {{ a }} { when gold, 4xx -> opt_out otherwise opt_out }", "gold", Name.Constant),
        ("choose {{ a }} { when gold, 4xx -> opt_out otherwise opt_out }", "4xx", Number),
        ("choose {{ a }} { when gold, 4xx -> opt_out otherwise opt_out }", "opt_out", Keyword),
    ],
)
def test_kinds(text: str, value: str, kind: object) -> None:
    assert _kinds(text)[value] is kind


def test_pygments_finds_it() -> None:
    assert isinstance(get_lexer_by_name("call"), CallLexer)
    assert isinstance(get_lexer_for_filename("menu.call"), CallLexer)
