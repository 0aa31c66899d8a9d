"""The quick way from text to tree never takes a text that the grammar refuses, and gives the same tree with its spans."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.every_script import EVERY
from tests.property.grammar_places import place_script
from tests.property.grammar_scripts import damaged_script, script_of
from tests.property.same_trees import reads_quickly
from tests.sizes import examples


def test_scripts_made_from_the_grammar() -> None:
    read = [reads_quickly(script_of(seed)) for seed in range(examples(6000))]
    accepted = [quick for right, quick in read if right]
    assert len(accepted) > len(read) / 10
    assert len(accepted) < len(read)
    # What the quick way leaves to the grammar for no better reason than caution is rare.
    assert sum(accepted) > 0.9 * len(accepted)


def test_damaged_scripts() -> None:
    texts = sorted(EVERY.values())
    read = [reads_quickly(damaged_script(texts[seed % len(texts)], seed)) for seed in range(examples(3000))]
    assert {right for right, _ in read} == {True, False}


def test_every_place_of_the_grammar_with_every_token_behind_it() -> None:
    read = Counter(reads_quickly(place_script(number)) for number in range(examples(6_000)))
    assert read[True, True] > 0.1 * read.total()
    assert read[True, False] < 0.03 * read[True, True]


@pytest.mark.parametrize(
    "text",
    [
        "input dtmf as x: text private=1",
        'fetch "u" as x: text(1) private=1',
        'fetch "u" as x: {a: text} private=1',
        'hours a { closed 2026-12-25 "x" answered 9:00-10:00 }',
        'hours a { open 2026-12-25 9:00-10:00 "x" talk-x 9:00-10:00 }',
        "let x = " + "[" * 49 + "{{ a }}" + "]" * 49,
        "let x = " + "[" * 49 + "{{ 'a' }}" + "]" * 49,
        "let x = " + "[" * 51 + "]" * 51,
        "if {{ a }} { } elif = {{ b }} { }",
        "let a b = 1",
        "let x = true-ish",
        "input talk-x",
        "talk {{ (] }}",
        "talk {{ a\u00a0}}",
    ],
)
def test_what_only_looks_right(text: str) -> None:
    assert reads_quickly(text) == (False, False)


@pytest.mark.parametrize(
    "text",
    [
        "talk {{ '(' }}\n" * 51,
        "let x = {{ '" + "(" * 60 + "' }}",
        "step main { " + "if {{ d == '#' }} { talk \"x\" }\n" * 60 + "}",
        "include <" + "(" * 60 + ">",
    ],
)
def test_brackets_in_texts_nest_nothing(text: str) -> None:
    assert reads_quickly(text) == (True, True)


def test_a_branch_that_looks_like_a_handler() -> None:
    assert reads_quickly("connect phone 1 { on busy -> a on answered -> b retry 1 on machine -> c }") == (True, True)


def test_every_correct_script_of_the_repository_is_read_quickly() -> None:
    left = {name: text for name, text in EVERY.items() if reads_quickly(text) == (True, False)}
    assert list(left) == []
