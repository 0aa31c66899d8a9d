"""Formatting changes the layout alone: same tree, every comment, and a second time nothing."""

from __future__ import annotations

import random
import re
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from nccodsl.base.source import Sources
from nccodsl.diagnostics import Collector
from nccodsl.syntax import ast
from nccodsl.syntax.formatter import format_script, format_text
from nccodsl.syntax.formatter.comments import nodes
from nccodsl.syntax.parser import parse
from nccodsl.syntax.tables import parser
from tests.property.strategies import EXAMPLES, scripts
from tests.sizes import examples

SLOW = settings(
    max_examples=examples(100), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
WIDTHS = (1, 40, 100)


def tree(text: str) -> ast.Script | None:
    """The tree of a script without syntax errors."""
    sources = Sources()
    collector = Collector(sources)
    script = parse(sources.add("script.call", text), collector)
    return None if collector.has_errors else script


def commented(text: str, dice: random.Random, density: float) -> tuple[str, list[str]]:
    """The script with comments between its tokens, also within templates, where Jinja will not like them."""
    interactive = parser().parse_interactive(text)
    places = [0]
    for token in interactive.lexer_thread.lex(interactive.parser_state):
        interactive.parser_state.feed_token(token)
        places.append(token.end_pos)
    parts: list[str] = []
    added: list[str] = []
    for start, end in zip(places, [*places[1:], len(text)], strict=True):
        while dice.random() < density:
            added.append(f"# comment {len(added)} \" {{{{ '")
            parts.append(f"{dice.choice(['', ' ', chr(10), chr(10) * 3])}{added[-1]}{chr(10) * dice.randint(1, 3)}")
        parts.append(text[start:end])
    return "".join(parts), added


def proven(text: str, width: int) -> str:
    """The formatted text, after what the formatter promises has been held against it."""
    formatted = format_text(text, width=width).text
    assert formatted is not None
    assert tree(formatted) == tree(text)
    assert format_text(formatted, width=width).text == formatted
    assert not any(line != line.rstrip() for line in formatted.split("\n") if '"""' not in text and "{{" not in text)
    return formatted


@SLOW
@given(scripts, st.randoms(use_true_random=False), st.sampled_from([0.0, 0.05, 0.3, 0.7]))
def test_scripts_with_comments_everywhere(text: str, dice: random.Random, density: float) -> None:
    if tree(text) is None:
        return
    text, added = commented(text, dice, density)
    for width in WIDTHS:
        formatted = proven(text, width)
        assert Counter(re.findall(r"# comment \d+ \" \{\{ '", formatted)) == Counter(added)


@pytest.mark.parametrize("text", EXAMPLES)
@pytest.mark.parametrize("width", WIDTHS)
def test_examples_with_a_comment_at_every_place(text: str, width: int) -> None:
    alone, added = commented(text, random.Random(1), 0.5)
    formatted = proven(alone, width)
    assert all(comment in formatted for comment in added)


@SLOW
@given(scripts)
def test_layout_does_not_depend_on_the_layout(text: str) -> None:
    """However a script was broken into lines, it comes out the same."""
    script = tree(text)
    if script is None or any(isinstance(node, ast.Text) and "\n" in node.text for node in nodes(script)):
        return
    wide, narrow = (format_text(text, width=width).text for width in (10_000, 1))
    assert wide is not None
    assert narrow is not None
    assert format_text(narrow).text == format_text(wide).text


@SLOW
@given(scripts)
def test_a_tree_without_source_is_printed_so_that_it_is_read_again(text: str) -> None:
    script = tree(text)
    if script is None:
        return
    printed = format_script(script)
    assert tree(printed) == script
    assert format_text(printed).text == printed
