"""The words on a graph are the script's own, short and on one line."""

from __future__ import annotations

import pytest

import nccodsl
from nccodsl.analysis.program import ActionItem
from nccodsl.describe.sentences import LONGEST_TEXT
from nccodsl.describe.short import Words


def _words(script: str) -> str:
    (item,) = nccodsl.load(script).program.steps["main"].body
    assert isinstance(item, ActionItem)
    return Words().action(item)


@pytest.mark.parametrize(
    ("script", "shown"),
    [
        ('talk "Hello {{ name }}."', "“Hello {{ name }}.”"),
        ('talk "<speak>Hello <b>Ann</b> .</speak>"', "“Hello Ann.”"),
        ('talk "One\\ntwo"', "One"),
        ("wait 2s", "2 s"),
        ('stream "https://example.com/a.mp3" loop=3', "https://example.com/a.mp3"),
        ("connect phone 14155550101 from=14155550100", "14155550101"),
        ('conversation "room"', "“room”"),
    ],
)
def test_an_action_is_one_line(script: str, shown: str) -> None:
    words = _words(f"step main {{ {script} }}")
    assert shown in words
    assert "\n" not in words


def test_a_long_text_is_cut_between_words() -> None:
    words = _words(f'step main {{ talk "{"word " * 40}" }}')
    assert words.endswith(" word…”") or words.endswith("word…”")
    assert len(words) < LONGEST_TEXT + 20


def test_the_words_of_a_match_are_without_quotes() -> None:
    assert Words().matches(("1", ":nothing")) == "1, nothing"
