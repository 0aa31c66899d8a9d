"""Findings about JSON documents: where they point, and their fixes."""

from __future__ import annotations

import json

import pytest

from nccodsl.diagnostics.fixes import apply_fixes
from nccodsl.documents.validate import refuse_wrong_call, validate_text
from nccodsl.errors import ScriptError


def findings(text: str, name: str = "d.json", api: str | None = None) -> list[tuple[str, str | None, str]]:
    return [
        (found.code, found.path, found.file.slice(found.span) if found.file and found.span else "")
        for found in validate_text(name, text, api)
    ]


def test_a_missing_member_points_at_its_object() -> None:
    assert findings('[{"action": "talk"}]') == [("E401", "/0", '{"action": "talk"}')]


def test_a_value_and_a_key_point_at_themselves() -> None:
    text = '[{"action": "talk", "text": "x", "level": 3, "lop": 1}]'
    assert findings(text) == [("E304", "/0/level", "3"), ("E202", "/0/lop", '"lop"')]


def test_fixes_mend_the_document() -> None:
    text = '[{"action": "talk", "text": "x", "loop": "1"}]'
    found = validate_text("d.json", text)
    assert found[0].file is not None
    if any(finding.fix for finding in found):
        mended, count = apply_fixes(found, found[0].file)
        assert count == 1
        assert json.loads(mended)[0]["loop"] == 1


@pytest.mark.parametrize(
    ("text", "code", "fixed"),
    [
        (
            '[{"action": "connect", "endpoint": [{"type": "phone", "number": "14155550101"}]}]',
            "W011",
            '[{"randomFromNumber": true, "action": "connect", '
            '"endpoint": [{"type": "phone", "number": "14155550101"}]}]',
        ),
        (
            '[{"action": "record", "endOnKey": "#", "eventMethod": "GET"}]',
            "W021",
            '[{"action": "record", "endOnKey": "#"}]',
        ),
        ('[{"action": "talk", "text": "x", "level": 3}]', "E304", '[{"action": "talk", "text": "x", "level": 1}]'),
        (
            '[{"action": "talk", "text": "Code 123456"}]',
            "W004",
            '[{"action": "talk", "text": "Code 1, 2, 3, 4, 5, 6"}]',
        ),
    ],
)
def test_unsafe_fixes_follow_the_help(text: str, code: str, fixed: str) -> None:
    found = [one for one in validate_text("d.json", text) if one.code == code]
    assert found[0].file is not None
    assert apply_fixes(found, found[0].file) == (text, 0)
    assert apply_fixes(found, found[0].file, unsafe=True) == (fixed, 1)
    assert code not in [one.code for one in validate_text("d.json", fixed)]


@pytest.mark.parametrize("text", ["", "x", "[" * 100_000, '"a"', "3", "null", "{}", '[{"action": []}]', "[[]]"])
def test_what_is_no_document_is_told(text: str) -> None:
    assert findings(text)


def test_each_line_of_a_jsonl_file_is_a_document() -> None:
    found = validate_text("d.jsonl", '[{"action":"talk"}]\nx\n\n[{"action":"talk"}]')
    assert [finding.start[0] for finding in found] == [1, 2, 4]


def test_the_versions_of_the_api_differ() -> None:
    body = {"to": [{"type": "phone", "number": "14155550101"}], "ncco": [{"action": "talk", "text": "x"}]}
    text = json.dumps({**body, "from": {"type": "phone", "number": "14155550100"}, "length_timer": 8000})
    assert findings(text, api="v1") == []
    assert findings(text, api="v2") != []


BAD_SSML = '[{"action": "talk", "text": "<speak>Fish & chips</speak>"}]'


def test_ssml_is_judged() -> None:
    assert findings(BAD_SSML) == [("E316", "/0/text", '"<speak>Fish & chips</speak>"')]
    (found,) = validate_text("d.json", BAD_SSML)
    assert found.help == "write `&amp;`"
    assert findings('[{"action": "talk", "text": "<speak><blink>x</blink></speak>"}]')[0][0] == "W026"
    assert findings('[{"action": "talk", "text": "<speak>Fish &amp; chips</speak>"}]') == []


def test_a_call_body_of_no_text_is_refused_for_its_errors_alone() -> None:
    body = {"to": [{"type": "phone", "number": "14155550101"}], "from": {"type": "phone", "number": "14155550100"}}
    refuse_wrong_call({**body, "ncco": [{"action": "talk", "text": "x"}]}, "v2")
    with pytest.raises(ScriptError) as refused:
        refuse_wrong_call({**body, "ncco": [{"action": "talk"}]}, "v2")
    assert [found.code for found in refused.value.diagnostics] == ["E401"]


def test_a_script_is_told_from_json() -> None:
    for text in ('talk "Hello"\n', "# A greeting\n\nstep main {\n}\n", "\n  call {\n}\n"):
        (found,) = validate_text("script.call", text)
        assert (found.code, found.message) == ("E112", "this is a script, not JSON")
        assert "nccodsl check" in (found.help or "")
    assert validate_text("a.json", "talks")[0].message == "expected a value, not `talks`"
