"""What `decompile_text` refuses and keeps, beyond the golden cases."""

from __future__ import annotations

import json
from typing import Any

import pytest

import nccodsl
from nccodsl.decompiler.param_holes import name_for
from nccodsl.decompiler.to_script import decompile_text
from nccodsl.decompiler.words import aligned

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


def _old(**members: Any) -> tuple[str, str, Any]:
    """What becomes of an input without type: the script, what is said of it, and the NCCO."""
    result = decompile_text("d.json", json.dumps([{"action": "input", **members}]))
    (told,) = [found for found in result.diagnostics if found.code == "W036"]
    (script,) = result.scripts
    assert not result.lacking
    return script.strip(), told.message, nccodsl.load(script).ncco()


def test_inputs_without_type_are_upgraded() -> None:
    assert _old() == (
        "input dtmf",
        "the input has no `type`: upgraded to `dtmf`",
        [{"action": "input", "type": ["dtmf"]}],
    )
    script, told, made = _old(timeOut="5", maxDigits=1, submitOnHash=True, eventUrl=[])
    assert script == "input dtmf timeout=5s max_digits=1 submit_on_hash=true event_url=[]"
    assert told.endswith("with `timeOut`, `maxDigits`, `submitOnHash` in `dtmf`")
    assert made == [
        {
            "action": "input",
            "type": ["dtmf"],
            "dtmf": {"timeOut": 5, "maxDigits": 1, "submitOnHash": True},
            "eventUrl": [],
        }
    ]
    assert _old(dtmf={"maxDigits": 2}, maxDigits=3)[0] == "input dtmf max_digits=2 legacy_max_digits=3"
    assert _old(dtmf={}, speech={"language": "en-GB"})[0] == "input dtmf speech dtmf={} language=en-GB"
    assert _old(speech={"language": "en-GB"})[0] == "input speech language=en-GB"
    assert _old(mode="asynchronous", maxDigits=1)[0] == "input dtmf mode=asynchronous legacy_max_digits=1"


def test_what_is_wrong_in_an_old_input_is_refused_or_kept() -> None:
    text = json.dumps([{"action": "input", "maxDigits": 99, "tone": 1}])
    refused = decompile_text("d.json", text)
    assert not refused.scripts
    assert {(found.code, found.path) for found in refused.diagnostics} == {
        ("W036", "/0"),
        ("E304", "/0/maxDigits"),
        ("E202", "/0/tone"),
    }
    kept = decompile_text("d.json", text, lenient=True)
    assert kept.scripts == ("input dtmf raw={tone: 1, dtmf: {maxDigits: 99}}\n",)


def test_old_inputs_vary_too() -> None:
    lines = [[{"action": "input", "maxDigits": digits}] for digits in (1, 2)]
    result = decompile_text("d.jsonl", "\n".join(map(json.dumps, lines)), params=True)
    assert result.scripts == ("param max_digits: integer\n\ninput dtmf max_digits={{ max_digits }}\n",)
    assert result.rows == ({"max_digits": 1}, {"max_digits": 2})


def test_phone_numbers_that_are_numbers_become_texts() -> None:
    body = {
        "to": [{**PHONE, "number": 14155550101}],
        "from": {**FROM, "number": 14155550100},
        "ncco": [{"action": "wait"}],
    }
    (script,) = decompile_text("d.json", json.dumps(body)).scripts
    assert "to   phone 14155550101" in script
    assert nccodsl.load(script).call({}) == {"to": [PHONE], "from": FROM, "ncco": [{"action": "wait"}]}
    connect = [{"action": "connect", "from": 14155550100, "endpoint": body["to"], "eventType": "asynchronous"}]
    (script,) = decompile_text("d.json", json.dumps(connect)).scripts
    assert script == "connect phone 14155550101 from=14155550100 event_type=asynchronous\n"


def test_what_a_script_would_not_keep_gets_no_param() -> None:
    for name, one, other in (
        ("talk", {"text": 1}, {}),
        ("talk", {"text": 1}, {"text": 2}),
        ("talk", {"text": True}, {"text": "a"}),
        ("talk", {"text": "a", "loop": None}, {"text": "a"}),
        ("talk", {"text": "a", "loop": None}, {"text": "a", "loop": 1}),
        ("stream", {"streamUrl": [None]}, {"streamUrl": ["https://example.com/a"]}),
        ("stream", {"streamUrl": [None]}, {}),
        ("stream", {"streamUrl": [["https://example.com/a"]]}, {}),
        ("conversation", {"name": "a", "canSpeak": [1, 2]}, {"name": "a"}),
    ):
        lines = [[{"action": name, **value}] for value in (one, other)]
        result = decompile_text("d.jsonl", "\n".join(map(json.dumps, lines)), params=True, lenient=True)
        assert [found.code for found in result.diagnostics][-1] == "E115"
