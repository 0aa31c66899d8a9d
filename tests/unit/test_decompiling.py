"""What `decompile_text` refuses and keeps, beyond the golden cases."""

from __future__ import annotations

import json
from typing import Any

import pytest

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


PHONE = {"type": "phone", "number": "14155550101"}
FROM = {"type": "phone", "number": "14155550100"}


@pytest.mark.parametrize("text", ['"abc"', "5", "null", "true", '"YOUR_NUMBER"', "[[]]", "[5]", "{}"])
@pytest.mark.parametrize("lenient", [False, True])
@pytest.mark.parametrize("params", [False, True])
def test_what_is_no_document_is_refused(text: str, lenient: bool, params: bool) -> None:
    result = decompile_text("d.json", text, params=params, lenient=lenient)
    assert not result.scripts
    assert any(found.is_error for found in result.diagnostics)


@pytest.mark.parametrize(
    "document",
    [
        ["{action}"],
        [{"action": "{kind}"}],
        [{"action": "connect", "endpoint": "YOUR_ENDPOINT"}],
        [{"action": "connect", "endpoint": ["{endpoint}"]}],
        [{"action": "connect", "endpoint": [{"type": "{kind}", "number": "14155550101"}]}],
        {"to": "{to}", "from": FROM, "ncco": []},
        {"to": ["{to}"], "from": FROM, "ncco": []},
        {"to": [{"type": "<kind>", "number": "14155550101"}], "from": FROM, "ncco": []},
        {"to": [PHONE], "from": "{from}", "ncco": []},
        {"to": [PHONE], "from": {"type": "{kind}", "number": "14155550100"}, "ncco": []},
        {"to": [PHONE], "from": FROM, "ncco": "{ncco}"},
        [{"action": "talk", "text": "<speak>{name} & co</speak>"}],
    ],
)
def test_a_placeholder_stands_for_a_value_and_not_for_the_shape(document: Any) -> None:
    text = json.dumps(document)
    assert not decompile_text("d.json", text, params=True).scripts
    kept = decompile_text("d.json", text, params=True, lenient=True)
    assert kept.scripts or any(found.code == "E114" for found in kept.diagnostics)


def test_what_stands_without_its_array_gets_no_param() -> None:
    url = "https://example.com/answer"
    bodies = [{"to": [PHONE], "from": FROM, "answer_url": url}, {"to": [PHONE], "from": FROM, "answer_method": "GET"}]
    result = decompile_text("d.jsonl", "\n".join(map(json.dumps, bodies)), params=True, lenient=True)
    assert [found.code for found in result.diagnostics][-1] == "E115"


def test_a_caller_without_type_does_not_merge_with_one_that_has_it() -> None:
    bodies = [{"to": [PHONE], "from": one, "ncco": []} for one in (FROM, {"number": "14155550100"})]
    result = decompile_text("d.jsonl", "\n".join(map(json.dumps, bodies)), params=True, lenient=True)
    assert [found.code for found in result.diagnostics][-1] == "E115"


HUGE = 10**390
"""A whole number that JSON can hold and a float cannot."""


def test_numbers_that_are_too_large_for_a_float() -> None:
    talk = [{"action": "talk", "text": "Hi", "loop": HUGE}]
    (script,) = decompile_text("d.json", json.dumps(talk)).scripts
    assert nccodsl.load(script).ncco({}) == talk
    notes = [[{"action": "notify", "payload": {"a": a}, "eventUrl": ["https://a.example/"]}] for a in (0.5, HUGE)]
    result = decompile_text("d.jsonl", "\n".join(map(json.dumps, notes)), params=True)
    assert [nccodsl.load(result.scripts[0]).ncco(row) for row in result.rows] == notes
    assert decompile_text("d.json", json.dumps([{"action": "wait", "timeout": HUGE}])).scripts
