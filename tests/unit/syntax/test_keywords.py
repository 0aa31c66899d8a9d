"""The reserved words are those of the grammar, as its parser knows them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from nccodsl.rehearsal.scripted import ACTS
from nccodsl.rehearsal.verbs import EXPECTATIONS
from nccodsl.syntax.keywords import (
    BRANCHES,
    CALL_ITEMS,
    CHOICES,
    HOURS_RULES,
    KEYWORDS,
    STATEMENTS,
    TOP_LEVEL,
    VERBS,
    WITHDRAWN,
)
from nccodsl.syntax.tables import parser
from nccodsl.voice.catalogue import catalogue

EXAMPLE = next((Path(__file__).parents[3] / "examples").glob("*/script.call"))
NOTHING_BEGINS = {"as", "false", "in", "not", "null", "of", "private", "reply", "true"}
"""Words inside statements and values: parsing cannot go on at them."""
SUPPLIED = {"_BROKEN", "_BROKEN_BRANCHES", "_BROKEN_CHOICES", "_BROKEN_CALL", "_BROKEN_TEST"}
"""What recovery feeds, and no text is."""
IN_A_BLOCK = {"RBRACE"}


def _accepted(text: str) -> set[str]:
    """What the parser takes behind a text."""
    interactive = parser().parse_interactive(text)
    interactive.exhaust_lexer()
    return set(interactive.accepts())


@pytest.mark.parametrize(
    ("before", "words", "more"),
    [
        ("", TOP_LEVEL | STATEMENTS, {"$END", "_EVENT"}),
        ("step main {", STATEMENTS, IN_A_BLOCK),
        ("call {", CALL_ITEMS, {*IN_A_BLOCK, "OPTION", "_ON", "_EVENT"}),
        ("fetch {{ a }} {", BRANCHES, {*IN_A_BLOCK, "_EVENT"}),
        ("choose {{ a }} {", CHOICES, IN_A_BLOCK),
        ('test "a" {', dict.fromkeys(VERBS, "VERB"), {*IN_A_BLOCK, "NOT", "_WITH", "_AT"}),
        ("hours a {", HOURS_RULES, {*IN_A_BLOCK, "WORD"}),
    ],
)
def test_the_parser_takes_the_words_of_a_place_and_no_others(
    before: str, words: dict[str, str], more: set[str]
) -> None:
    assert _accepted(before) - SUPPLIED == {*words.values(), *more}


def test_each_word_is_one_of_its_terminal() -> None:
    terminals = {terminal.name: terminal.pattern.to_regexp() for terminal in parser().terminals}
    for word, terminal in (KEYWORDS | dict.fromkeys(VERBS, "VERB")).items():
        assert re.fullmatch(terminals[terminal], word), word


def test_no_word_of_the_grammar_is_missing() -> None:
    patterns = [terminal.pattern.value for terminal in parser().terminals if terminal.pattern.type == "re"]
    words = {word for pattern in patterns if pattern.endswith(r"\b") for word in re.findall(r"[a-z_]+", pattern[:-2])}
    assert words == ({*KEYWORDS, *VERBS} - {"->"}) | NOTHING_BEGINS


def test_none_of_them_is_the_value_of_an_option_on_the_line_before() -> None:
    """`level=`, a line end, `talk "Hello"`: words are values, but the value lacks here."""
    equals = re.compile(next(one.pattern.to_regexp() for one in parser().terminals if one.name == "_EQUALS"))
    values = {"hangup", "conversation"}
    for word in values:
        assert equals.match(f"=\n  {word}\n")
        assert not equals.match(f'=\n  {word} "x"')
    for word in {*KEYWORDS, *VERBS, "not"} - {"->", *values}:
        assert not equals.match(f"=\n  {word} x"), word
        assert not equals.match(f"= # why\r\n\n{word}"), word
        assert equals.match(f"= {word}"), word
        assert equals.match(f"=\n {word}-x"), word
    assert not equals.match("= language=en-GB")
    assert equals.match("= a == b")


def test_statements_are_the_actions_of_the_catalogue_and_what_is_the_language_s_own() -> None:
    own = {"fetch", "send", "ask", "opt_out", "set", "if", "choose", "for", "->", "next", "break", "hangup", "raw"}
    assert set(STATEMENTS) - own == {spec.keyword for spec in catalogue().actions.values()}
    assert {name for name, spec in catalogue().actions.items() if spec.withdrawn} == WITHDRAWN


def test_each_verb_is_acted_upon() -> None:
    assert {*EXPECTATIONS, *ACTS} == set(VERBS)


def test_a_script_without_mistakes_does_without_them() -> None:
    code = (
        "import sys; from nccodsl.api import check; "
        f"assert not check({str(EXAMPLE)!r}); sys.exit('nccodsl.syntax.keywords' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
