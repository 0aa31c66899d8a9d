"""There and back: whatever the platform accepts becomes a script that compiles to it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

import nccodsl
from nccodsl.decompiler.to_script import decompile_text
from nccodsl.voice.judge import judge_document
from tests.property.documents import bodies, nccos
from tests.sizes import examples

SLOW = settings(
    max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def there_and_back(document: Any, api: str = "v2", *, lenient: bool = False) -> str:
    """Decompile, hold the script against what is promised of it, and give it back."""
    script = nccodsl.decompile(document, lenient=lenient)
    assert nccodsl.format(script) == script
    assert [found for found in nccodsl.check(script, api=api) if found.is_error] == []
    flow = nccodsl.load(script)
    assert json.loads(flow.render_json({}, call=isinstance(document, dict), api=api)) == document
    return script


@SLOW
@given(nccos)
def test_nccos(document: list[Any]) -> None:
    assert "raw" not in nccodsl.load(there_and_back(document)).warnings


@SLOW
@given(bodies("v1"))
def test_bodies_of_v1(document: dict[str, Any]) -> None:
    there_and_back(document, "v1")


@SLOW
@given(bodies("v2"))
def test_bodies_of_v2(document: dict[str, Any]) -> None:
    there_and_back(document, "v2")


@st.composite
def spoilt(draw: st.DrawFn) -> Any:
    """A document some of whose members have been replaced, renamed, doubled or taken away."""
    document = draw(nccos | bodies("v1"))
    odd = st.sampled_from([None, 5, -1, "x", "", "5", "true", True, [], {}, ["a", "b"], {"a": 1}, 1e9, [None], "$NAME"])
    for _ in range(draw(st.integers(1, 3))):
        owners = [one for one in _objects(document) if one]
        if not owners:
            return document
        owner = draw(st.sampled_from(owners))
        key = draw(st.sampled_from(sorted(owner)))
        match draw(st.integers(0, 3)):
            case 0:
                owner[key] = draw(odd)
            case 1:
                owner[draw(st.sampled_from(["eventURL", "unknown", "text", "bargeIn", "type", "action"]))] = draw(odd)
            case 2:
                del owner[key]
            case _:
                owner[f"{key}_"] = owner.pop(key)
    return document


def _objects(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return [one for item in value for one in _objects(item)]
    if isinstance(value, dict):
        return [value, *(one for item in value.values() for one in _objects(item))]
    return []


@SLOW
@given(spoilt())
def test_what_is_wrong_is_kept_with_raw_or_refused(document: Any) -> None:
    wrong = any(problem.is_error for problem in judge_document(document))
    result = decompile_text("document.json", json.dumps(document))
    if result.scripts and any(found.code == "W036" for found in result.diagnostics):
        wrong = False  # nothing but inputs of old, which are upgraded
    assert bool(result.scripts) is not wrong
    assert any(found.is_error for found in result.diagnostics) is wrong
    # The proof that what is written compiles to what went in is in decompile_text itself.
    kept = decompile_text("document.json", json.dumps(document), lenient=True)
    assert kept.scripts or any(found.is_error for found in kept.diagnostics)
    for script in kept.scripts:
        assert nccodsl.format(script) == script


@SLOW
@given(nccos | bodies("v1"), st.integers(0, 3), st.data())
def test_lines_that_differ_in_values(document: Any, more: int, data: st.DataObject) -> None:
    """Documents of one shape become one script, whose rows make each of them again."""
    documents = [document, *(data.draw(varied(document)) for _ in range(more))]
    text = "\n".join(map(json.dumps, documents))
    result = decompile_text("lines.jsonl", text, params=True)
    if not result.scripts:
        assert any(found.is_error for found in result.diagnostics)
        return
    assert nccodsl.format(result.scripts[0]) == result.scripts[0]
    flow = nccodsl.load(result.scripts[0])
    for one, row in zip(documents, result.rows, strict=True):
        if not {param.name for param in flow.params if param.required} - row.keys():
            assert json.loads(flow.render_json(row, call=isinstance(one, dict), api="v1")) == one


@st.composite
def varied(draw: st.DrawFn, document: Any) -> Any:
    """The document with other words, numbers and digits in some places."""
    copy = json.loads(json.dumps(document))
    for owner in _objects(copy):
        for key, value in owner.items():
            if isinstance(value, str) and key == "text" and draw(st.booleans()):
                owner[key] = value.replace("word", draw(st.sampled_from(["Ann", "Bob", "two words"])))
            elif isinstance(value, str) and key in ("number", "from") and value.isdigit():
                owner[key] = draw(st.sampled_from([value, "14155550111"]))
            elif isinstance(value, bool) and key in ("mute", "premium"):
                owner[key] = draw(st.booleans())
    return copy


@pytest.mark.parametrize(
    "text", ["{{ a }}", "{% x %}", "{# y #}", "{{{", "a{{\r\n", '"""', "\\{{", "{", "}}", " x\n  y"]
)
@pytest.mark.parametrize("frame", ["{}", "<speak>{}</speak>"])
def test_text_is_taken_literally(text: str, frame: str) -> None:
    there_and_back([{"action": "talk", "text": frame.replace("{}", text)}])


@st.composite
def tolerated(draw: st.DrawFn) -> Any:
    """A document in spellings that the platform tolerates: values in strings, other names of keys, no array of one."""
    document = draw(nccos | bodies("v1"))
    for owner in _objects(document):
        for key, value in list(owner.items()):
            if not draw(st.booleans()):
                continue
            if isinstance(value, bool | int | float):
                owner[key] = json.dumps(value)
            elif key in ALIASES:
                owner[ALIASES[key]] = owner.pop(key)
            elif isinstance(value, list) and len(value) == 1:
                owner[key] = value[0]
    return document


ALIASES = {
    "advancedMachineDetection": "advanced_machine_detection",
    "standardHeaders": "standard_headers",
    "ringbackTone": "ringback",
    "conversationId": "conversation_id",
}


@SLOW
@given(tolerated())
def test_tolerated_spellings(document: Any) -> None:
    if any(problem.is_error for problem in judge_document(document)):
        return
    script = nccodsl.decompile(document)  # which proves that it compiles to the document, with real values
    assert nccodsl.format(script) == script
    api = "v1" if script.startswith("# Only POST /v1/calls") else "v2"
    assert [found for found in nccodsl.check(script, api=api) if found.is_error] == []
