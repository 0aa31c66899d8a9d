"""The quick way from text to tree never takes a text that the grammar refuses, and gives the same tree with its spans."""

from __future__ import annotations

from tests.property.grammar_scripts import damaged_script, script_of
from tests.property.same_trees import reads_quickly
from tests.sizes import examples
from tests.unit.highlight.test_pygments import EVERY


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


def test_every_correct_script_of_the_repository_is_read_quickly() -> None:
    left = {name: text for name, text in EVERY.items() if reads_quickly(text) == (True, False)}
    assert list(left) == []
