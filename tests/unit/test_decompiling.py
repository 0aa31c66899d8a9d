"""What `decompile_text` refuses and keeps, beyond the golden cases."""

from __future__ import annotations

import json

import nccodsl
from nccodsl.decompiler.holes import name_for
from nccodsl.decompiler.words import aligned
from nccodsl.decompiling import decompile_text

WARNED = [{"action": "talk", "text": "Hi", "voiceName": "Amy"}]


def test_an_error_is_seen_behind_very_many_warnings() -> None:
    wrong = [{**WARNED[0], "loop": -1}]
    text = "\n".join([*[json.dumps(WARNED)] * 300, json.dumps(wrong)])
    result = decompile_text("lines.jsonl", text, params=True)
    assert not result.scripts
    assert [found.code for found in result.diagnostics if found.is_error] == ["E304"]


def test_what_is_wrong_in_every_line_is_kept_once() -> None:
    lines = [[{"action": "talk", "text": f"Hello {name}", "tone": "warm"}] for name in ("Ann", "Bob")]
    text = "\n".join(map(json.dumps, lines))
    result = decompile_text("lines.jsonl", text, params=True, lenient=True)
    assert result.scripts == ('param text: text\n\ntalk "Hello {{ text }}" raw={tone: "warm"}\n',)
    flow = nccodsl.load(result.scripts[0])
    assert [flow.ncco(row) for row in result.rows] == lines


def test_a_wrong_value_that_varies_is_told_as_lacking() -> None:
    text = "\n".join(json.dumps([{"action": "talk", "text": "Hi", "loop": loop}]) for loop in (-1, -2))
    result = decompile_text("lines.jsonl", text, params=True, lenient=True)
    assert [found.code for found in result.lacking] == ["E304", "E304"]


def test_a_payload_may_have_a_type_of_its_own() -> None:
    lines = [[{"action": "notify", "payload": {"type": t}, "eventUrl": ["https://example.com/n"]}] for t in "ab"]
    result = decompile_text("lines.jsonl", "\n".join(map(json.dumps, lines)), params=True)
    assert result.rows == ({"type": "a"}, {"type": "b"})


def test_the_same_values_at_two_places_are_one_parameter() -> None:
    lines = [[{"action": "talk", "text": f"Hello {name}"}, {"action": "conversation", "name": name}] for name in "ab"]
    result = decompile_text("lines.jsonl", "\n".join(map(json.dumps, lines)), params=True)
    assert result.rows == ({"text": "a"}, {"text": "b"})


def test_texts_are_aligned_word_by_word() -> None:
    assert list(aligned(["Hello Ann Lee, it is 10:30.", "Hello Bob Fox, it is 9:15."])) == [
        "Hello",
        " ",
        ["Ann Lee", "Bob Fox"],
        ",",
        " ",
        "it",
        " ",
        "is",
        " ",
        ["10:30", "9:15"],
        ".",
    ]
    assert list(aligned(["Dear Ann, bye", "Dear Ann Mary, bye"])) == ["Dear ", ["Ann", "Ann Mary"], ",", " bye"]
    assert list(aligned(["a", "b c"])) == [["a", "b c"]]


def test_names_of_parameters() -> None:
    names = {"phoneNumber": "phone_number", "TO_NUMBER": "to_number", "Your Number!": "your_number", "2nd": "value_2nd"}
    names |= {"in": "in_", "none": "none_", "é": "value", "x-id": "x_id"}
    assert {text: name_for(text) for text in names} == names
