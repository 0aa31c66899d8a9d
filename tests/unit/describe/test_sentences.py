"""Each action reads well in both of its forms."""

from __future__ import annotations

import pytest

import nccodsl
from nccodsl.analysis.program import ActionItem
from nccodsl.describe.phrases import Saying
from nccodsl.describe.sentences import SENTENCES, long_sentence, short_sentence
from nccodsl.voice.catalogue import catalogue

SAY = Saying(None, frozenset())


def _item(statement: str) -> ActionItem:
    (item,) = nccodsl.load(f"step main {{ {statement} }}").program.steps["main"].body
    assert isinstance(item, ActionItem)
    return item


@pytest.mark.parametrize(
    ("statement", "long", "short"),
    [
        ('talk "Hello." language=en-GB style=2', "Says: “Hello.” in en-GB (style 2).", "says “Hello.”"),
        (
            'stream "https://example.com/a.mp3" loop=0',
            "Plays https://example.com/a.mp3, repeated until stopped.",
            "plays https://example.com/a.mp3, repeated until stopped",
        ),
        (
            'record end_on_key="#" event_url="https://example.com/r"',
            "Records the call, until # is pressed (event_url https://example.com/r).",
            "records",
        ),
        (
            "connect phone 14155550101 timeout=20s",
            "Connects to the phone 14155550101, rings 20 s.",
            "connects phone 14155550101",
        ),
        (
            'conversation "room" mute=true',
            "Joins the conference “room” (mute true).",
            "joins the conference “room”",
        ),
        (
            'input dtmf max_digits=1 event_url="https://example.com/i"',
            "Asks for one digit (event_url https://example.com/i).",
            "asks for keys, sends it to https://example.com/i",
        ),
        (
            'notify {a: 1} event_url="https://example.com/n"',
            'Sends {"a": 1} to https://example.com/n.',
            "notifies https://example.com/n",
        ),
        ("wait 2s", "Waits 2 s.", "waits 2 s"),
        (
            'transfer "CON-1234" mute=true',
            "Moves the call into the conversation CON-1234 (mute true).",
            "moves the call into CON-1234",
        ),
        (
            'raw {action: "future"}',
            "Does future (passed through unchecked).",
            "does future (raw)",
        ),
    ],
)
def test_an_action_reads_well_in_both_forms(statement: str, long: str, short: str) -> None:
    item = _item(statement)
    assert long_sentence(SAY, item) == long
    assert short_sentence(SAY, item) == short


def test_each_action_has_its_sentences_and_tells_members_that_it_has() -> None:
    assert set(SENTENCES) == set(catalogue().action_names)
    for name, sentences in SENTENCES.items():
        known = {option.json_name for option in catalogue().actions[name].shape.options}
        assert set(sentences.told) <= known, name
