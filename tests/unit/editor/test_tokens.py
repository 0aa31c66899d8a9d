"""Semantic tokens."""

from __future__ import annotations

import pytest

from nccodsl.editor.document import Document
from nccodsl.editor.services.tokens import tokens
from nccodsl.editor.token_legend import MODIFIERS, TYPES
from tests.every_script import EVERY
from tests.unit.editor.scripts import SCRIPT, document, place


def _told(text: str) -> list[str]:
    found = tokens(document(text))
    return [" ".join((text[one.start : one.end], one.type, *one.modifiers)) for one in found]


def test_a_script() -> None:
    text = '# a\nparam who: text = "x"  "Who"\nstep main { talk "Hi {{ who | title }}, {{ caller }}" loop=2 } # b\n'
    assert _told(text) == [
        "# a comment",
        "param keyword",
        "who parameter declaration readonly",
        "text type",
        '"x" string',
        '"Who" string',
        "step keyword",
        "main function declaration",
        "talk keyword",
        '"Hi string',
        "who parameter readonly",
        "title function defaultLibrary",
        ", string",
        "caller variable defaultLibrary",
        '" string',
        "loop property",
        "2 number",
        "# b comment",
    ]


def test_templates_with_statements() -> None:
    text = 'talk "{% if a is defined %}x{% else %}{{ a.b[1] }}{% endif %}"\n'
    assert _told(text) == [
        "talk keyword",
        '" string',
        "if keyword",
        "a parameter readonly",
        "is keyword",
        "defined function defaultLibrary",
        "x string",
        "else keyword",
        "a parameter readonly",
        "b property",
        "1 number",
        "endif keyword",
        '" string',
    ]


def test_long_texts_are_told_line_by_line() -> None:
    text = 'talk """\n  One {{ a }}\n\n  two\n"""\n'
    assert _told(text) == [
        "talk keyword",
        '""" string',
        "One string",
        "a parameter readonly",
        "two string",
        '""" string',
    ]


def test_a_part() -> None:
    start = place(SCRIPT, "|step closing")
    part = tokens(document(), start, start + len("step closing"))
    assert [SCRIPT[one.start : one.end] for one in part] == ["step", "closing"]
    assert set(part) <= set(tokens(document()))


@pytest.mark.parametrize(
    "name", [name for name in EVERY if name.startswith(("examples/", "tests/cases/errors/syntax"))]
)
def test_they_are_in_order_in_one_line_each_and_do_not_overlap(name: str) -> None:
    text = EVERY[name]
    end = 0
    for token in tokens(Document(name, text)):
        assert end <= token.start < token.end, token
        assert "\n" not in text[token.start : token.end]
        assert token.type in TYPES
        assert set(token.modifiers) <= set(MODIFIERS)
        end = token.end
