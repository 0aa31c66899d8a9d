"""What the emulator asks and tells an application: real webhooks, with and without faults."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import jwt
import pytest

from nccodsl.emulator.core.application import Application
from nccodsl.emulator.http.sender import Secret
from nccodsl.emulator.personas.persona import Cast, read_cast
from tests.e2e.emulated_api import ANY, TALK, body, emulator
from tests.e2e.servers import APPLICATION, JSON, Hooks, hooks, wait_for


@pytest.fixture
def told() -> Iterator[Hooks]:
    with hooks() as server:
        yield server


def test_an_ivr_behind_webhooks(told: Hooks) -> None:
    def answer(received: Any) -> tuple[int, bytes, str]:
        if received.path == "/answer":
            menu = [
                {"action": "talk", "text": "Press 1.", "bargeIn": True},
                {"action": "input", "type": ["dtmf"], "dtmf": {"maxDigits": 1}, "eventUrl": [told.url + "/input"]},
            ]
            return 200, json.dumps(menu).encode(), JSON
        if received.path == "/input":
            said = f"You pressed {received.json['dtmf']['digits']}."
            return 200, json.dumps([{"action": "talk", "text": said}]).encode(), JSON
        return 204, b"", JSON

    told.answer = answer
    cast = read_cast({"does": [{"hears": "press 1", "press": 1}]})
    application = Application(answer=("GET", told.url + "/answer"), event=("POST", told.url + "/event"))
    with emulator(cast=cast, application=application) as server:
        said = httpx.post(server.url + "/emulator/inbound", json={"from": "447700900123", "to": "14155550100"}).json()
        told.wait_for(lambda: "completed" in told.statuses())
        asked = told.at("/answer")[0]
        assert asked.query == {
            "to": "14155550100",
            "from": "447700900123",
            "endpoint_type": "phone",
            "uuid": said["uuid"],
            "conversation_uuid": said["conversation_uuid"],
            "region_url": server.url,
        }
        call = httpx.get(f"{server.url}/emulator/calls/{said['uuid']}").json()
        heard = [entry["data"]["text"] for entry in call["timeline"] if entry["kind"] == "hears"]
        assert heard == ["Press 1.", "You pressed 1."]
        page = httpx.get(f"{server.url}/emulator/calls/{said['uuid']}.html")
        assert "You pressed 1." in page.text
        assert httpx.get(server.url + "/emulator/calls").json()["calls"][0]["direction"] == "inbound"


def test_an_address_keeps_its_own_parameters(told: Hooks) -> None:
    told.answer = lambda _: (200, json.dumps(TALK).encode(), JSON)
    sent = {key: value for key, value in body(answer_url=[told.url + "/answer?id=7&x=a%20b"]).items() if key != "ncco"}
    with emulator() as server:
        httpx.post(server.url + "/v1/calls", json={**sent, "event_url": [told.url + "/event?k=1"]}, headers=ANY)
        told.wait_for(lambda: "completed" in told.statuses())
    (asked,) = told.at("/answer")
    assert (asked.query["id"], asked.query["x"], asked.query["to"]) == ("7", "a b", "14155550101")
    assert {one.query["k"] for one in told.at("/event")} == {"1"}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_payload_that_no_request_can_hold(told: Hooks, method: str) -> None:
    notify = {"action": "notify", "payload": {"x": "\ud800"}, "eventUrl": [told.url], "eventMethod": method}
    with emulator() as server:
        sent = json.dumps(body([notify, *TALK]))
        uuid = httpx.post(server.url + "/v1/calls", content=sent, headers=ANY).json()["uuid"]
        leg = server.network.legs[uuid]
        wait_for(lambda: leg.ended_at is not None)
        assert [entry.data["text"] for entry in leg.timeline.of("hears")] == ["Hello"]


@pytest.mark.filterwarnings("ignore:The HMAC key")
@pytest.mark.parametrize(
    ("method", "word"), [("POST", "a secret that is long enough for HS256"), ("GET", "a secret"), ("POST", "short")]
)
def test_webhooks_are_signed(told: Hooks, method: str, word: str) -> None:
    secret = Secret(word, "abc123", APPLICATION)
    with emulator(secret=secret) as server:
        httpx.post(
            server.url + "/v1/calls", json=body(event_url=[told.url + "/?own=1"], event_method=method), headers=ANY
        )
        told.wait_for(lambda: "completed" in told.statuses())
    for one in told.received:
        kind, signed = one.headers["authorization"].split(" ")
        claims = jwt.decode(signed, secret.secret, algorithms=["HS256"], options={"verify_iat": False})
        hashed = one.body if method == "POST" else json.dumps(one.query, separators=(",", ":")).encode()
        assert kind == "Bearer"
        assert claims["payload_hash"] == hashlib.sha256(hashed).hexdigest()
        assert (claims["iss"], claims["api_key"], claims["application_id"]) == ("Vonage", "abc123", APPLICATION)
    assert word not in repr(secret)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((200, b"<html></html>", "text/html"), "text/html, not application/json"),
        ((302, b"", JSON), "redirects are not followed"),
        ((200, b" " * 10_000_000, JSON), "larger than"),
        ((200, b'[{"action": "talk"}]', JSON), "the NCCO is invalid"),
        ((200, b"{", JSON), "not JSON"),
        ((500, b"", JSON), "answered 500"),
    ],
)
def test_an_answer_address_that_is_of_no_use(told: Hooks, answer: tuple[int, bytes, str], words: str) -> None:
    told.answer = lambda _: answer
    sent = {key: value for key, value in body(answer_url=[told.url + "/answer"]).items() if key != "ncco"}
    with emulator() as server:
        uuid = httpx.post(server.url + "/v1/calls", json=sent, headers=ANY).json()["uuid"]
        leg = server.network.legs[uuid]
        told.wait_for(lambda: leg.ended_at is not None)
        notes = [entry for entry in leg.timeline.of("note") if entry.data.get("code") == "E712"]
        assert words in notes[0].text
        assert not list(leg.timeline.of("hears"))
        assert len(told.at("/answer")) == 1


def test_only_named_hosts_are_told() -> None:
    with emulator() as server:
        sent = body(event_url=["https://example.com/event"])
        uuid = httpx.post(server.url + "/v1/calls", json=sent, headers=ANY).json()["uuid"]
        leg = server.network.legs[uuid]
        wait_for(lambda: leg.ended_at is not None)
        assert {entry.data["sent"] for entry in leg.timeline.of("webhook")} == {False}


@pytest.mark.slow
def test_nobody_answers_or_the_answer_takes_too_long(told: Hooks) -> None:
    def slow(_received: Any) -> tuple[int, bytes, str]:
        time.sleep(6)
        return 200, b"", JSON

    told.answer = slow
    sent = {key: value for key, value in body(answer_url=[told.url]).items() if key != "ncco"}
    nobody = {**sent, "answer_url": ["http://127.0.0.1:9/answer"]}
    with emulator() as server:
        uuids = [httpx.post(server.url + "/v1/calls", json=one, headers=ANY).json()["uuid"] for one in (sent, nobody)]
        legs = [server.network.legs[uuid] for uuid in uuids]
        told.wait_for(lambda: all(leg.ended_at is not None for leg in legs), 15)
        tries = [[entry.data["answer"] for entry in leg.timeline.of("webhook")] for leg in legs]
        assert tries == [["the server did not answer in time"] * 2, ["no server answers at this address"] * 2]


def test_a_recording_can_be_downloaded(told: Hooks) -> None:
    ncco = [{"action": "record", "timeOut": 3, "format": "wav", "transcription": {}}]
    cast = Cast((read_cast({"does": [{"after": 1, "say": "good morning"}]}).personas[0],))
    with emulator(cast=cast) as server:
        httpx.post(server.url + "/v1/calls", json=body(ncco, event_url=[told.url]), headers=ANY)
        told.wait_for(lambda: [one for one in told.received if "transcription_url" in one.json])
        event = next(one.json for one in told.received if "recording_url" in one.json)
        assert httpx.get(event["recording_url"]).status_code == 401
        data = httpx.get(event["recording_url"], headers=ANY).content
        assert (len(data), data[:4]) == (event["size"], b"RIFF")
        words = next(one.json for one in told.received if "transcription_url" in one.json)
        script = httpx.get(words["transcription_url"], headers=ANY).json()
        assert script["channels"][0]["transcript"][0]["sentence"] == "good morning"


def test_webhooks_that_come_twice_late_or_never(told: Hooks) -> None:
    with emulator(faults={"duplicate": 1.0}) as server:
        httpx.post(server.url + "/v1/calls", json=body(event_url=[told.url]), headers=ANY)
        told.wait_for(lambda: told.statuses().count("completed") == 2)
        assert told.statuses().count("answered") == 2
    told.received.clear()
    with emulator(faults={"lose": 1.0}) as server:
        uuid = httpx.post(server.url + "/v1/calls", json=body(event_url=[told.url]), headers=ANY).json()["uuid"]
        wait_for(lambda: server.network.legs[uuid].ended_at is not None)
        assert not told.received
    with emulator(faults={"reorder": 0.5}, seed=3) as server:
        httpx.post(server.url + "/v1/calls", json=body(event_url=[told.url]), headers=ANY)
        told.wait_for(lambda: len(told.statuses()) == 4)
        assert told.statuses() != ["started", "ringing", "answered", "completed"]
    told.received.clear()
    with emulator(faults={"late": 1.0}, speed=10.0) as server:
        httpx.post(server.url + "/v1/calls", json=body(event_url=[told.url]), headers=ANY)
        told.wait_for(lambda: "completed" in told.statuses())
