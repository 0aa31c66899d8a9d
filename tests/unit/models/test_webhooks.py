"""Webhooks, documented ones and those that the emulator sends, are of the right model and come out as they came in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, get_args

import httpx
import pytest
from fastapi import FastAPI, Query
from hypothesis import given, settings, strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

import nccodsl.models
from nccodsl.models import (
    AnswerWebhook,
    DtmfResult,
    Event,
    FallbackWebhook,
    Input,
    InputEvent,
    Ncco,
    Talk,
    UnknownEvent,
    WebhookPayload,
    parse_event,
)
from tests.sizes import examples

TIMELINES = Path(__file__).parents[2] / "cases" / "timelines"
LEG = "aaaaaaaa-bbbb-cccc-dddd-0123456789ab"
CON = f"CON-{LEG}"
WHEN = "2020-01-01T12:00:00.000Z"
ASKED = {"from": "442079460000", "to": "447700900000", "uuid": LEG, "conversation_uuid": CON}
CALL = {**ASKED, "timestamp": WHEN}
OUT = {**CALL, "direction": "outbound"}
SPEECH = {
    "recording_url": f"https://api-us.nexmo.com/v1/files/{LEG}",
    "timeout_reason": "end_on_silence_timeout",
    "results": [{"confidence": "0.9405097", "text": "sales"}, {"confidence": "0.70543784", "text": "sails"}],
}

DOCUMENTED: dict[str, tuple[str, dict[str, Any]]] = {
    "answer": ("AnswerWebhook", {**ASKED, "endpoint_type": "phone", "region_url": "https://api-us-3.vonage.com"}),
    "answer of an app user": (
        "AnswerWebhook",
        {"to": "447700900000", "from_user": "ann", "endpoint_type": "app", "uuid": LEG, "custom_data": {"a": [1]}},
    ),
    "answer with SIP headers": (
        "AnswerWebhook",
        {"to": "4", "from": "1", "uuid": LEG, "SipHeader_X-UserId": "1938ND9"},
    ),
    "started": ("StartedEvent", {**OUT, "status": "started"}),
    "started, v2": ("StartedEvent", {"status": "started", "client_ref": "c", "conversation_uuid": CON}),
    "ringing": ("RingingEvent", {**OUT, "status": "ringing"}),
    "answered": ("AnsweredEvent", {**OUT, "status": "answered", "start_time": None, "rate": "", "network": None}),
    "busy": ("BusyEvent", {**OUT, "status": "busy", "sip_code": 486}),
    "cancelled": ("CancelledEvent", {**OUT, "status": "cancelled"}),
    "unanswered": ("UnansweredEvent", {**OUT, "status": "unanswered", "detail": "unavailable", "sip_code": 480}),
    "timeout": ("TimeoutEvent", {**OUT, "status": "timeout"}),
    "rejected": ("RejectedEvent", {**OUT, "status": "rejected", "detail": "restricted", "sip_code": 403}),
    "failed": ("FailedEvent", {**OUT, "status": "failed", "detail": "cannot_route", "sip_code": 404}),
    "human": ("HumanEvent", {"call_uuid": LEG, "from": "1", "to": "2", "status": "human", "conversation_uuid": CON}),
    "machine": ("MachineEvent", {"call_uuid": LEG, "status": "machine", "sub_state": "beep_start", "timestamp": WHEN}),
    "disconnected": ("DisconnectedEvent", {**CALL, "status": "disconnected", "headers": {"id": 7}}),
    "completed": (
        "CompletedEvent",
        {
            **OUT,
            "status": "completed",
            "start_time": WHEN,
            "end_time": WHEN,
            "duration": "2",
            "rate": "0.00450000",
            "price": "0.00015000",
            "network": "GB-FIXED",
            "sip_code": 200,
            "disconnected_by": "user",
        },
    ),
    "completed, numbers": ("CompletedEvent", {**OUT, "status": "completed", "duration": 6, "price": 0.00015}),
    "transcribed": (
        "TranscriptionEvent",
        {"status": "transcribed", "type": "record", "recording_uuid": LEG, "transcription_url": "https://h/1"},
    ),
    "keys": ("InputEvent", {**CALL, "speech": {"results": []}, "dtmf": {"digits": "1234", "timed_out": True}}),
    "speech": ("InputEvent", {**CALL, "speech": SPEECH, "dtmf": {"digits": None, "timed_out": False}}),
    "speech, number": ("InputEvent", {**CALL, "speech": {"results": [{"confidence": 0.78097206, "text": "New York"}]}}),
    "speech, error": ("InputEvent", {**CALL, "speech": {"error": "ERR1: Failed to analyze audio"}}),
    "keys, old": ("LegacyInputEvent", {"dtmf": "42", "timed_out": True, "uuid": LEG, "timestamp": WHEN}),
    "record": (
        "RecordEvent",
        {"start_time": WHEN, "recording_url": "https://h/1", "size": 12222, "recording_uuid": LEG, "end_time": WHEN},
    ),
    "transfer": ("TransferEvent", {"conversation_uuid_from": CON, "conversation_uuid_to": CON, "uuid": LEG}),
    "notify": ("NotifyEvent", {"payload": {"stage": "paid"}, "conversation_uuid": CON, "timestamp": WHEN}),
    "error": ("ErrorEvent", {"reason": "Syntax error in NCCO. Invalid value type or action.", "timestamp": WHEN}),
    "fallback": (
        "FallbackWebhook",
        {**CALL, "dtmf": {"digits": "1"}, "reason": "504", "original_request": {"url": "https://h", "type": "input"}},
    ),
    "payment": ("UnknownEvent", {"type": "payment", "status": "success", "uuid": LEG}),
    "a new status": ("UnknownEvent", {**OUT, "status": "on_hold", "since": 5}),
    "a member of another type": ("UnknownEvent", {**OUT, "status": "busy", "sip_code": {"code": 486}}),
    "nothing": ("UnknownEvent", {}),
}


@pytest.mark.parametrize("name", DOCUMENTED)
def test_documented_payloads(name: str) -> None:
    model, payload = DOCUMENTED[name]
    event = parse_event(payload)
    assert type(event).__name__ == model
    assert event.model_dump() == payload
    assert json.loads(event.model_dump_json()) == payload
    if model != "UnknownEvent":
        assert {key for key in event.model_extra or {} if not key.startswith("SipHeader_")} == set()


def test_every_model_of_the_union_has_a_payload() -> None:
    union, *_ = get_args(Event)
    assert {model.__name__ for model in get_args(union)} == {model for model, _ in DOCUMENTED.values()}


EMULATED = {
    "answer": "AnswerWebhook",
    "fallback": "FallbackWebhook",
    "error": "ErrorEvent",
    "input": "InputEvent",
    "notify": "NotifyEvent",
    "record": "RecordEvent",
    "transfer": "TransferEvent",
    "transcription": "TranscriptionEvent",
}


def _sent() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The case, kind and payload of every webhook in the golden timelines."""
    for path in sorted(TIMELINES.glob("*/timeline.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            method, _, rest = line.partition(" ")
            if method in ("GET", "POST"):
                kind, _, payload = rest.partition(" ")
                yield path.parent.name, kind, json.loads(payload)


@pytest.mark.parametrize("kind", [*EMULATED, "event"])
def test_what_the_emulator_sends(kind: str) -> None:
    sent = [(case, payload) for case, its_kind, payload in _sent() if its_kind == kind]
    assert sent
    for case, payload in sent:
        event = parse_event(payload)
        model = EMULATED.get(kind) or f"{payload['status'].capitalize()}Event"
        if kind == "input" and isinstance(payload.get("dtmf"), str):
            model = "LegacyInputEvent"
        assert type(event).__name__ == model, case
        assert json.loads(event.model_dump_json()) == payload, case
        assert set(event.model_extra or ()) <= {"language"}, case


def test_no_kind_of_the_timelines_is_left_out() -> None:
    assert {kind for _, kind, _ in _sent()} == {*EMULATED, "event"}


def test_missing_members_are_none_and_unknown_ones_are_kept() -> None:
    event = parse_event({"status": "completed", "novelty": {"a": 1}})
    assert isinstance(event, nccodsl.models.CompletedEvent)
    assert (event.uuid, event.price, event.from_) == (None, None, None)
    assert event.model_extra == {"novelty": {"a": 1}}


@pytest.mark.parametrize(
    "payload", [{"status": "started", "from_": 1}, {"to": "2", "uuid": LEG, "from": "1", "from_": 3}]
)
def test_python_names_are_no_names_of_the_platform(payload: dict[str, Any]) -> None:
    event = parse_event(payload)
    assert event.model_dump() == payload
    assert event.model_extra == {"from_": payload["from_"]}


def test_the_query_of_a_get() -> None:
    query = {"from": "1", "uuid": LEG, "dtmf": '{"digits":"12","timed_out":false}', "speech": '{"results":[]}'}
    event = parse_event(query)
    assert isinstance(event, InputEvent)
    assert event.dtmf is not None
    assert (event.dtmf.digits, event.dtmf.timed_out, event.from_) == ("12", False, "1")
    assert event.speech is not None
    assert event.speech.results == []


@pytest.mark.parametrize("text", ['{"digits":', "{" * 9, '{"a":' * 100_000])
def test_a_query_that_is_no_json_is_no_error(text: str) -> None:
    assert type(parse_event({"dtmf": text, "uuid": LEG})).__name__ in ("LegacyInputEvent", "UnknownEvent")


KEYS = sorted({key for _, payload in DOCUMENTED.values() for key in payload})
STATUSES = sorted({str(payload.get("status")) for _, payload in DOCUMENTED.values()})
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), inner),
    max_leaves=5,
)


@settings(max_examples=examples(1200), deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), VALUES, max_size=6), st.sampled_from(STATUSES))
def test_no_payload_is_an_error(members: dict[str, Any], status: str) -> None:
    for payload in (members, {**members, "status": status}):
        event = parse_event(payload)
        assert event.model_dump().keys() == payload.keys()
        if isinstance(event, UnknownEvent):
            assert event.model_dump() == payload


@settings(max_examples=examples(600), deadline=None)
@given(st.data(), st.sampled_from(sorted(DOCUMENTED)))
def test_no_damage_to_a_payload_is_an_error(data: st.DataObject, name: str) -> None:
    _, payload = DOCUMENTED[name]
    damaged = {key: data.draw(VALUES) if data.draw(st.integers(0, 3)) == 0 else value for key, value in payload.items()}
    assert parse_event(damaged).model_dump().keys() == damaged.keys()


def test_what_is_no_object_is_one_error() -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(Event)
    with pytest.raises(ValidationError) as refused:
        adapter.validate_python([])
    assert refused.value.error_count() == 1


def test_an_event_may_be_made_of_models() -> None:
    event = InputEvent(uuid=LEG, from_="1", dtmf=DtmfResult(digits="1"))
    adapter: TypeAdapter[Any] = TypeAdapter(Event)
    assert adapter.validate_python(event) is event
    assert event.model_dump() == {"uuid": LEG, "from": "1", "dtmf": {"digits": "1"}}


def _public_models() -> list[type[BaseModel]]:
    found = [getattr(nccodsl.models, name) for name in nccodsl.models.__all__]
    return [one for one in found if isinstance(one, type) and issubclass(one, BaseModel)]


@pytest.mark.parametrize("model", _public_models(), ids=lambda model: model.__name__)
def test_every_member_says_what_it_means(model: type[BaseModel]) -> None:
    schema = model.model_json_schema()
    said = schema.get("properties", {})
    silent = {name for name, member in said.items() if not member.get("description")}
    assert silent <= {"action", "type", "status"}
    assert "description" in schema or not issubclass(model, WebhookPayload)
    assert model.model_json_schema(mode="serialization") == schema


@pytest.mark.parametrize(
    ("model", "member", "unit"),
    [
        ("CompletedEvent", "duration", "seconds"),
        ("CompletedEvent", "price", "EUR"),
        ("CompletedEvent", "rate", "EUR a minute"),
        ("RecordEvent", "size", "bytes"),
        ("Connect", "timeout", "seconds"),
    ],
)
def test_members_say_their_unit(model: str, member: str, unit: str) -> None:
    described = getattr(nccodsl.models, model).model_json_schema()["properties"][member]["description"]
    assert described.endswith(f", in {unit}")


def test_the_package_names_all_that_it_has() -> None:
    assert sorted(name for names in nccodsl.models._HOMES.values() for name in names) == sorted(nccodsl.models.__all__)
    assert all(getattr(nccodsl.models, name) is not None for name in nccodsl.models.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Tlak'"):
        _ = nccodsl.models.Tlak


# -- inside FastAPI

app = FastAPI()


@app.get("/answer")
def answer(call: Annotated[AnswerWebhook, Query()]) -> Ncco:
    said = (call.model_extra or {}).get("SipHeader_X-UserId", call.from_)
    return Ncco(
        [Talk(text=f"Hello {said}.", barge_in=True), Input(type=["dtmf"], event_url=["https://example.com/event"])]
    )


@app.post("/event")
def event(event: Event) -> Ncco | None:
    match event:
        case InputEvent(dtmf=DtmfResult(digits="1")) | FallbackWebhook():
            return Ncco([Talk(text="Sales.")])
    return None


def _asked(method: str, path: str, **arguments: Any) -> httpx.Response:
    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://example.com") as client:
            return await client.request(method, path, **arguments)

    return asyncio.run(ask())


def test_a_handler_takes_the_query_of_an_answer_webhook() -> None:
    query = {"to": "2", "from": "1", "uuid": LEG, "SipHeader_X-UserId": "ann"}
    assert _asked("GET", "/answer", params=query).json() == [
        {"action": "talk", "text": "Hello ann.", "bargeIn": True},
        {"action": "input", "type": ["dtmf"], "eventUrl": ["https://example.com/event"]},
    ]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("keys", None), ("fallback", [{"action": "talk", "text": "Sales."}]), ("a new status", None), ("nothing", None)],
)
def test_a_handler_takes_any_event(name: str, wanted: object) -> None:
    reply = _asked("POST", "/event", json=DOCUMENTED[name][1])
    assert (reply.status_code, reply.json()) == (200, wanted)


def test_a_handler_refuses_what_is_no_event() -> None:
    assert _asked("POST", "/event", json=[1]).status_code == 422


def test_the_schema_of_a_handler_knows_the_members() -> None:
    schemas = app.openapi()["components"]["schemas"]
    assert "text" in schemas["Talk"]["properties"]
    assert "digits" in schemas["DtmfResult"]["properties"]
