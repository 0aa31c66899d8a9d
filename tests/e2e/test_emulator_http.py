"""The emulator as any program meets it: calls that are placed, looked at and steered."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from nccodsl.emulator.bad_input import CannotEmulate
from nccodsl.emulator.core.application import Application
from nccodsl.emulator.core.sound_files import MP3_FRAME, MP3_SAMPLES, RATE, TonesForSpeech
from nccodsl.emulator.http.host import Emulator
from nccodsl.emulator.personas.persona import Cast, Persona, read_cast
from tests.e2e.emulated_api import ANY, FOR_EVER, body, emulator
from tests.e2e.servers import Hooks, hooks, wait_for


@pytest.fixture
def told() -> Iterator[Hooks]:
    with hooks() as server:
        yield server


def test_a_call_from_its_creation_to_its_end(told: Hooks) -> None:
    with emulator() as server, httpx.Client(base_url=server.url, headers=ANY) as client:
        created = client.post("/v1/calls", json=body(event_url=[told.url + "/event"]))
        assert created.status_code == 201
        said = created.json()
        assert said.keys() == {"uuid", "status", "direction", "conversation_uuid"}
        assert (said["status"], said["direction"]) == ("started", "outbound")
        told.wait_for(lambda: "completed" in told.statuses())
        assert told.statuses() == ["started", "ringing", "answered", "completed"]
        shown = client.get(f"/v1/calls/{said['uuid']}").json()
        assert shown["status"] == "completed"
        assert shown["to"] == {"type": "phone", "number": "14155550101"}
        assert {type(shown[name]) for name in ("rate", "price", "duration", "start_time", "network")} == {str}


def test_v2_answers_202_and_tells_the_ids_later(told: Hooks) -> None:
    with emulator() as server, httpx.Client(base_url=server.url, headers=ANY) as client:
        created = client.post("/v2/calls", json=body(event_url=[told.url]))
        assert (created.status_code, created.json()) == (202, {})
        told.wait_for(lambda: told.received)
        event = told.received[0].json
        assert event["status"] == "started"
        assert client.get(f"/v1/calls/{event['uuid']}").status_code == 200


def test_events_can_be_had_by_get(told: Hooks) -> None:
    with emulator() as server, httpx.Client(base_url=server.url, headers=ANY) as client:
        client.post("/v1/calls", json=body(event_url=[told.url], event_method="GET"))
        told.wait_for(lambda: "completed" in told.statuses())
        assert {one.method for one in told.received} == {"GET"}


def test_three_calls_a_second(told: Hooks) -> None:
    with emulator(creations=3) as server, httpx.Client(base_url=server.url, headers=ANY) as client:
        codes = [client.post("/v1/calls", json=body()).status_code for _ in range(5)]
        assert codes == [201, 201, 201, 429, 429]
        assert client.get("/v1/calls").json()["count"] == 3
        time.sleep(1.05)
        assert client.post("/v1/calls", json=body()).status_code == 201


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        (b"{", "body"),
        (b"[]", "body"),
        (json.dumps({"to": []}).encode(), "to"),
        (json.dumps(body(length_timer=7201)).encode(), "length_timer"),
        (json.dumps(body([{"action": "tlak"}])).encode(), "ncco.0.action"),
        (json.dumps(body([{"action": "talk", "text": "<speak>Fish & chips</speak>"}])).encode(), "ncco.0.text"),
        (b"x" * 1_100_000, "body"),
    ],
)
def test_wrong_bodies(sent: bytes, name: str) -> None:
    with emulator() as server:
        answer = httpx.post(server.url + "/v2/calls", content=sent, headers=ANY)
        assert answer.status_code == 400
        assert name in [wrong["name"] for wrong in answer.json()["invalid_parameters"]]
        assert httpx.get(server.url + "/v1/calls", headers=ANY).json()["count"] == 0


def test_inputs_of_old_are_taken_where_that_is_wanted(told: Hooks) -> None:
    old = [{"action": "input", "maxDigits": 1, "timeOut": 1, "eventUrl": [told.url + "/keys"]}]
    with emulator() as server:
        assert httpx.post(server.url + "/v1/calls", json=body(old), headers=ANY).status_code == 400
    with emulator(legacy=True, speed=None) as server:
        assert httpx.post(server.url + "/v1/calls", json=body(old), headers=ANY).status_code == 201
        wrong = [{"action": "input", "maxDigits": 99}]
        assert httpx.post(server.url + "/v1/calls", json=body(wrong), headers=ANY).status_code == 400
        wait_for(lambda: any(one.path == "/keys" for one in told.received))


def test_paths_and_legs_that_do_not_exist() -> None:
    with emulator() as server, httpx.Client(base_url=server.url, headers=ANY) as client:
        for method, path, code in (
            ("GET", "/v1/calls/none", 404),
            ("PUT", "/v1/calls/none", 404),
            ("PUT", "/v1/calls/none/talk", 404),
            ("GET", "/v3/calls", 404),
            ("DELETE", "/v1/calls", 405),
            ("GET", "/v1/files/none", 404),
            ("GET", "/emulator/calls/none", 404),
        ):
            answer = client.request(method, path, json={} if method == "PUT" else None)
            assert answer.status_code == code, path
            assert answer.json()


@pytest.fixture(scope="module")
def answered() -> Iterator[str]:
    """The URL of a call that is answered and does not end."""
    with emulator() as server, httpx.Client(base_url=server.url, headers=ANY) as client:
        uuid = client.post("/v1/calls", json=body(FOR_EVER, length_timer=7200)).json()["uuid"]
        wait_for(lambda: client.get(f"/v1/calls/{uuid}").json()["status"] == "answered")
        yield f"{server.url}/v1/calls/{uuid}"


@pytest.mark.parametrize(
    ("path", "sent", "name"),
    [
        ("", {}, "action"),
        ("", {"action": "hang-up"}, "action"),
        ("", {"action": "transfer"}, "destination.type"),
        ("", {"action": "transfer", "destination": {"type": "ncco"}}, "destination"),
        ("", {"action": "transfer", "destination": {"type": "ncco", "url": "https://e.com"}}, "destination.url"),
        ("", {"action": "transfer", "destination": {"type": "ncco", "ncco": [{}]}}, "destination.ncco.0.action"),
        ("/talk", {}, "text"),
        ("/talk", {"text": "x", "loop": -1}, "loop"),
        ("/talk", {"text": "x" * 1501}, "text"),
        ("/talk", {"text": "<speak>never closed"}, "text"),
        ("/stream", {"stream_url": "https://e.com/a.mp3"}, "stream_url"),
        ("/dtmf", {"digits": "12w"}, "digits"),
        ("/input/dtmf", {"event_url": []}, "event_url"),
    ],
)
def test_wrong_controls(answered: str, path: str, sent: dict[str, Any], name: str) -> None:
    answer = httpx.put(answered + path, json=sent, headers=ANY)
    assert answer.status_code == 400
    assert answer.json()["invalid_parameters"][0]["name"] == name


def test_a_call_can_be_steered_when_it_is_a_second_old() -> None:
    with emulator(speed=1.0) as server, httpx.Client(base_url=server.url, headers=ANY) as client:
        uuid = client.post("/v1/calls", json=body(FOR_EVER)).json()["uuid"]
        early = client.put(f"/v1/calls/{uuid}", json={"action": "hangup"})
        assert (early.status_code, early.json()["error_title"]) == (400, "Bad Request")
        time.sleep(1.1)
        assert client.put(f"/v1/calls/{uuid}", json={"action": "hangup"}).status_code == 204
        assert client.get(f"/v1/calls/{uuid}").json()["status"] == "cancelled"


# -- lists --------------------------------------------------------------------------------------------


def test_filters_and_pages() -> None:
    cast = read_cast({"personas": [{"for": "*7", "outcome": "busy"}, {}]})
    with emulator(cast=cast, speed=10_000.0) as server, httpx.Client(base_url=server.url, headers=ANY) as client:
        made = []
        for number in range(12):
            one = body(to=[{"type": "phone", "number": f"141555501{number:02}"}])
            made.append(client.post("/v1/calls", json=one).json())
        wait_for(lambda: all(leg.ended_at is not None for leg in server.network.legs.values()))
        first = client.get("/v1/calls").json()
        assert (first["count"], first["page_size"], first["record_index"]) == (12, 10, 0)
        assert [call["uuid"] for call in first["_embedded"]["calls"]] == [one["uuid"] for one in made[:10]]
        assert first["_links"]["next"]["href"].endswith("record_index=10")
        rest = client.get("/v1/calls", params={"record_index": 10}).json()
        assert len(rest["_embedded"]["calls"]) == 2
        assert "next" not in rest["_links"]
        assert "prev" in rest["_links"]
        busy = client.get("/v1/calls", params={"status": "busy"}).json()
        assert busy["count"] == 1, "how an unanswered call ended stays"
        newest = client.get("/v1/calls", params={"order": "desc", "page_size": 1}).json()
        assert newest["_embedded"]["calls"][0]["uuid"] == made[-1]["uuid"]
        conversation = made[3]["conversation_uuid"]
        assert client.get("/v1/calls", params={"conversation_uuid": conversation}).json()["count"] == 1
        assert client.get("/v1/calls", params={"date_start": "2100-01-01T00:00:00Z"}).json()["count"] == 0
        assert client.get("/v1/calls", params={"date_end": "2100-01-01T00:00:00Z"}).json()["count"] == 12
        for wrong in (
            {"status": "human"},
            {"page_size": "0"},
            {"order": "up"},
            {"date_start": "x"},
            {"record_index": "-1"},
        ):
            assert client.get("/v1/calls", params=wrong).status_code == 400


def test_the_persona_can_be_changed_while_it_runs() -> None:
    with emulator(speed=10_000.0) as server:
        assert httpx.put(server.url + "/emulator/personas", json={"outcome": "busy"}).status_code == 204
        uuid = httpx.post(server.url + "/v1/calls", json=body(), headers=ANY).json()["uuid"]
        wait_for(lambda: server.network.legs[uuid].ended_at is not None)
        assert httpx.get(f"{server.url}/emulator/calls/{uuid}").json()["outcome"] == "busy"
        wrong = httpx.put(server.url + "/emulator/personas", json={"outcom": "busy"})
        assert (wrong.status_code, wrong.json()["code"]) == (400, "E711")
        assert httpx.post(server.url + "/emulator/inbound", json={"type": "fax"}).status_code == 400


def test_an_api_that_fails() -> None:
    with emulator(faults={"fail-answer": 1.0}) as server:
        assert httpx.post(server.url + "/v1/calls", json=body(), headers=ANY).status_code == 503
        assert not server.network.legs
    with emulator(faults={"lose-answer": 1.0}) as server:
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(server.url + "/v1/calls", json=body(), headers=ANY, timeout=0.5)
        wait_for(lambda: len(server.network.legs) == 1)


def test_without_waiting_a_long_call_is_over_at_once(told: Hooks) -> None:
    with emulator(speed=None, cast=Cast((Persona(),))) as server:
        uuid = httpx.post(server.url + "/v1/calls", json=body(FOR_EVER, event_url=[told.url]), headers=ANY).json()[
            "uuid"
        ]
        told.wait_for(lambda: "completed" in told.statuses())
        assert httpx.get(f"{server.url}/v1/calls/{uuid}", headers=ANY).json()["duration"] == "7200"


def test_a_port_that_is_taken() -> None:
    with emulator() as server, pytest.raises(CannotEmulate) as told:
        Emulator(port=server.port)
    assert told.value.code == "E715"


def test_what_could_mean_two_things_is_refused(told: Hooks) -> None:
    with emulator() as server, httpx.Client(base_url=server.url, headers=ANY) as client:
        twice = json.dumps(body()).encode()[:-1] + b', "from": {"type": "phone", "number": "14155550199"}}'
        answer = client.post("/v1/calls", content=twice)
        assert (answer.status_code, "duplicate key" in answer.text) == (400, True)
        assert not server.network.legs
        told.answer = lambda _: (200, b'[{"action": "talk", "text": "a", "text": "b"}]', "application/json")
        sent = {**body(), "answer_url": [f"{told.url}/answer"]}
        del sent["ncco"]
        uuid = client.post("/v1/calls", json=sent).json()["uuid"]
        told.wait_for(lambda: server.network.legs[uuid].status == "completed")
        assert "duplicate key" in client.get(f"/emulator/calls/{uuid}").text


def test_the_page_of_a_call_plays_it(told: Hooks) -> None:
    pytest.importorskip("lameenc")
    with emulator() as server, httpx.Client(base_url=server.url, headers=ANY) as client:
        uuid = client.post("/v1/calls", json=body(event_url=[told.url])).json()["uuid"]
        told.wait_for(lambda: "completed" in told.statuses())
        page = client.get(f"/emulator/calls/{uuid}.html").text
        assert f'data-source="{uuid}.mp3"' in page
        assert 'class="wave-hears"' in page
        sound = client.get(f"/emulator/calls/{uuid}.mp3")
        assert sound.headers["content-type"] == "audio/mpeg"
        (seconds,) = re.findall(r'data-seconds="([^"]+)"', page)
        assert len(sound.content) / MP3_FRAME * MP3_SAMPLES / RATE == pytest.approx(float(seconds), abs=0.7)
        assert client.get("/emulator/calls/none.mp3").status_code == 404


def test_without_a_voice_there_is_a_page_and_nothing_to_play(told: Hooks) -> None:
    silent = Application(recorded=TonesForSpeech())
    with emulator(application=silent) as server, httpx.Client(base_url=server.url, headers=ANY) as client:
        uuid = client.post("/v1/calls", json=body(event_url=[told.url])).json()["uuid"]
        told.wait_for(lambda: "completed" in told.statuses())
        page = client.get(f"/emulator/calls/{uuid}.html").text
        assert "Hello" in page
        assert "<script" not in page
        refused = client.get(f"/emulator/calls/{uuid}.mp3")
        assert (refused.status_code, refused.json()["detail"]) == (404, "The sound of calls needs the extra `audio`.")
