"""Drafts: what is not known yet is not judged, and choices are looked at from both sides."""

from __future__ import annotations

from typing import Any

import pytest

from nccodsl.voice.json_schema import call_schema, ncco_schema
from nccodsl.voice.judge import (
    Choice,
    Draft,
    NumberedAction,
    Unknown,
    judge_action,
    judge_call,
    judge_ncco,
    judge_sequence,
)

U = Unknown()
BARGE = {"action": "talk", "text": "a", "bargeIn": True}
TALK = {"action": "talk", "text": "a"}
INPUT = {"action": "input", "type": ["dtmf"]}
JOIN = {"action": "conversation", "name": "a"}

SILENT: list[dict[str, Any]] = [
    {"action": "talk", "text": U, "level": U, "loop": U},
    {"action": "talk", "text": "a", "bargeIn": U},
    {"action": "conversation", "name": "a", "canSpeak": ["x"], "mute": U},
    {"action": "conversation", "name": "a", "canSpeak": U, "mute": True},
    {"action": "conversation", "name": "a", "transcription": {}, "record": U},
    {"action": "conversation", "name": "a", "transcription": U},
    {"action": "connect", "endpoint": [U], "from": U, "randomFromNumber": True},
    {"action": "connect", "endpoint": [{"type": "phone", "number": U}], "from": U},
    {"action": "connect", "endpoint": [{"type": "sip", "uri": U, "domain": "d", "user": "u"}]},
    {"action": "connect", "endpoint": [{"type": "websocket", "uri": U, "content-type": U, "headers": {"a": U}}]},
    {"action": "input", "type": [U], "speech": {}},
    {"action": "input", "type": U, "mode": U, "dtmf": {"maxDigits": U}},
    {"action": "record", "timeOut": U, "channels": U},
    {"action": U, "text": 1},
    Draft.of({"action": "talk", "newest": 1, "text": "a"}, ["newest"]),
]


@pytest.mark.parametrize("action", SILENT)
def test_what_is_not_known_is_not_judged(action: dict[str, Any]) -> None:
    assert judge_action(action) == []


def test_what_is_known_beside_it_is() -> None:
    found = judge_action({"action": "input", "type": ["dtmf"], "dtmf": {"timeOut": U, "maxDigits": 21}})
    assert [(p.code, p.path) for p in found] == [("E304", ("dtmf", "maxDigits"))]


def test_a_call_with_unknown_parts() -> None:
    assert judge_call({"to": [U], "from": U, "random_from_number": U, "ncco": U, "answer_url": U}) == []


FLOWS: list[tuple[list[Any], list[tuple[str, tuple[int, ...]]]]] = [
    ([BARGE, Choice(([INPUT], []))], []),
    ([BARGE, Choice(([TALK], [])), INPUT], []),
    ([BARGE, Choice(([JOIN], [])), INPUT], []),
    ([BARGE, Choice(([{"action": "wait"}], [JOIN])), INPUT], [("E404", (0,))]),
    ([Choice(([BARGE], [])), INPUT], []),
    ([Choice(([TALK, BARGE], []))], [("E404", (0, 0, 1))]),
    ([Choice(([JOIN], [])), TALK], []),
    ([Choice(([JOIN], [JOIN])), TALK], [("W013", (1,))]),
    ([Choice(([JOIN, TALK], []))], [("W013", (0, 0, 1))]),
    ([Choice(([{"action": "record"}], [])), TALK], []),
    ([Choice(([{"action": "record"}], []))], [("W005", (0, 0, 0))]),
    ([BARGE, U], []),
    ([{"action": "record"}, U], []),
]


@pytest.mark.parametrize(("actions", "wanted"), FLOWS)
def test_choices(actions: list[Any], wanted: list[tuple[str, tuple[int, ...]]]) -> None:
    found = [(p.code, tuple(part for part in p.path if isinstance(part, int))) for p in judge_ncco(actions)]
    assert found == wanted


def test_numbered_actions_are_found_by_their_number() -> None:
    (problem,) = judge_sequence([Choice(([NumberedAction(7, BARGE)], []))], script=True)
    assert problem.path == (7, "bargeIn")
    assert judge_sequence([NumberedAction(0, BARGE)], open_end=True) == []


def test_schemas_hold_ranges_enumerations_and_requirements() -> None:
    rows = ncco_schema()["$defs"]
    assert rows["action_connect"]["properties"]["limit"]["maximum"] == 7200
    assert rows["action_talk"]["required"] == ["action", "text"]
    assert "eventOnCompletion" not in rows["action_talk"]["properties"]
    assert rows["action_input"]["properties"]["dtmf"]["properties"]["maxDigits"]["minimum"] == 1
    assert rows["action_record"]["properties"]["format"]["enum"] == ["mp3", "wav", "ogg"]
    assert rows["endpoint_sip"]["properties"]["standardHeaders"]["required"] == ["User-to-User"]
    assert "action_pay" not in rows
    assert call_schema("v1")["properties"]["length_timer"]["maximum"] == 86400
    assert call_schema("v2")["properties"]["length_timer"]["maximum"] == 7200
    assert "standard_headers" in call_schema("v1")["$defs"]["to_sip"]["properties"]


@pytest.mark.parametrize("schema", [ncco_schema(), call_schema("v1"), call_schema("v2")])
def test_references_in_schemas_lead_somewhere(schema: dict[str, Any]) -> None:
    stack: list[Any] = [schema]
    while stack:
        part = stack.pop()
        if isinstance(part, dict):
            stack.extend(part.values())
            if isinstance(part.get("$ref"), str):
                assert part["$ref"].removeprefix("#/$defs/") in schema["$defs"]
        elif isinstance(part, list):
            stack.extend(part)
