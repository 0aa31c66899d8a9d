"""The emulator as any program meets it: real requests, real webhooks."""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import jwt
import pytest

from nccodsl.emulator.bad_input import CannotEmulate
from nccodsl.emulator.core.application import Application
from nccodsl.emulator.http.host import Emulator
from nccodsl.emulator.http.sender import Secret
from nccodsl.emulator.personas.persona import Cast, Persona, read_cast
from tests.e2e.servers import APPLICATION, JSON, Hooks, hooks, private_key, wait_for

TALK = [{"action": "talk", "text": "Hello"}]
FOR_EVER = [{"action": "talk", "text": "la", "loop": 0}]
ANY = {"authorization": "Bearer anything"}


def body(ncco: Any = TALK, **more: Any) -> dict[str, Any]:
    return {
        "to": [{"type": "phone", "number": "14155550101"}],
        "from": {"type": "phone", "number": "14155550100"},
        "ncco": ncco,
        **more,
    }


@pytest.fixture
def told() -> Iterator[Hooks]:
    with hooks() as server:
        yield server


def emulator(**options: Any) -> Emulator:
    return Emulator(**{"speed": 100.0, "creations": None, "seed": 7, **options})


def token(key: str = "", algorithm: str = "RS256", **claims: Any) -> str:
    now = int(time.time())
    whole = {"application_id": APPLICATION, "iat": now, "exp": now + 300, "jti": str(uuid.uuid4()), **claims}
    kept = {name: value for name, value in whole.items() if value is not None}
    return jwt.encode(kept, key or private_key(), algorithm=algorithm)


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


# -- tokens ---------------------------------------------------------------------------------------


def _unsigned() -> str:
    return jwt.encode({"application_id": APPLICATION, "iat": int(time.time()), "jti": "1"}, None, algorithm="none")


def _with_public_key_as_secret() -> str:
    """What a verifier falls for that lets the token choose the algorithm."""
    import base64
    import hmac

    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

    public = load_pem_private_key(private_key().encode(), None).public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def part(value: Any) -> bytes:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")

    now = int(time.time())
    signed = part({"alg": "HS256", "typ": "JWT"}) + b"." + part({"application_id": APPLICATION, "iat": now, "jti": "1"})
    mac = base64.urlsafe_b64encode(hmac.new(pem, signed, hashlib.sha256).digest()).rstrip(b"=")
    return (signed + b"." + mac).decode()


def _twice() -> str:
    import base64

    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    def part(data: bytes) -> bytes:
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    claims = f'{{"application_id":"{APPLICATION}","iat":{int(time.time())},"jti":"1","jti":"2"}}'
    signed = part(b'{"alg":"RS256","typ":"JWT"}') + b"." + part(claims.encode())
    key = load_pem_private_key(private_key().encode(), None)
    return (signed + b"." + part(jwt.get_algorithm_by_name("RS256").sign(signed, key))).decode()


REFUSED = {
    "none at all": ("", "no bearer token"),
    "another kind": ("Basic abc", "no bearer token"),
    "no token": ("Bearer abc", "cannot be read"),
    "unsigned": (lambda: _unsigned(), "not signed with RS256"),
    "HS256 with the public key": (_with_public_key_as_secret, "not signed with RS256"),
    "RS512": (lambda: token(algorithm="RS512"), "not signed with RS256"),
    "another key": (lambda: token(private_key(1)), "not signed with the private key"),
    "expired": (lambda: token(exp=int(time.time()) - 1), "expired"),
    "old and without exp": (lambda: token(iat=int(time.time()) - 1000, exp=None), "expired"),
    "from the future": (lambda: token(iat=int(time.time()) + 300, exp=int(time.time()) + 600), "from the future"),
    "not yet": (lambda: token(nbf=int(time.time()) + 300), "does not hold yet"),
    "another application": (
        lambda: token(application_id="00000000-0000-0000-0000-000000000000"),
        "another application",
    ),
    "without an application": (lambda: token(application_id=None), "has no application_id"),
    "without jti": (lambda: token(jti=None), "has no jti"),
    "without iat": (lambda: token(iat=None), "has no iat"),
    "iat in words": (lambda: token(iat="now"), "numbers"),
    "a claim that stands twice": (lambda: _twice(), "stands twice"),
}


@pytest.fixture(scope="module")
def strict() -> Iterator[Emulator]:
    with emulator(public_key=private_key(), application_id=APPLICATION) as server:
        yield server


@pytest.mark.parametrize("name", REFUSED)
def test_tokens_that_are_refused(strict: Emulator, name: str) -> None:
    made, words = REFUSED[name]
    header = made if isinstance(made, str) else f"Bearer {made()}"
    answer = httpx.get(strict.url + "/v1/calls", headers={"authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert words in answer.json()["detail"]


def test_a_good_token_is_taken_until_it_expires(strict: Emulator) -> None:
    good = {"authorization": f"Bearer {token(exp=int(time.time()) + 2)}"}
    assert httpx.get(strict.url + "/v1/calls", headers=good).status_code == 200
    assert httpx.get(strict.url + "/v1/calls", headers=good).status_code == 200
    time.sleep(2.1)
    assert httpx.get(strict.url + "/v1/calls", headers=good).status_code == 401


# -- requests that are wrong --------------------------------------------------------------------------


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
def test_wrong_controls(path: str, sent: dict[str, Any], name: str) -> None:
    with emulator(speed=1000) as server, httpx.Client(base_url=server.url, headers=ANY) as client:
        uuid = client.post("/v1/calls", json=body(FOR_EVER, length_timer=7200)).json()["uuid"]
        while client.get(f"/v1/calls/{uuid}").json()["status"] != "answered":
            pass
        answer = client.put(f"/v1/calls/{uuid}{path}", json=sent)
        assert answer.status_code == 400
        assert answer.json()["invalid_parameters"][0]["name"] == name


def test_a_call_can_be_steered_when_it_is_a_second_old() -> None:
    with emulator(speed=1.0) as server, httpx.Client(base_url=server.url, headers=ANY) as client:
        uuid = client.post("/v1/calls", json=body(FOR_EVER)).json()["uuid"]
        early = client.put(f"/v1/calls/{uuid}", json={"action": "hangup"})
        assert (early.status_code, early.json()["error_title"]) == (400, "Bad Request")
        time.sleep(1.1)
        assert client.put(f"/v1/calls/{uuid}", json={"action": "hangup"}).status_code == 204
        assert client.get(f"/v1/calls/{uuid}").json()["status"] == "completed"


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
        assert busy["count"] == 0, "it is completed by now"
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


# -- webhooks -----------------------------------------------------------------------------------------


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


def test_the_persona_can_be_changed_while_it_runs() -> None:
    with emulator(speed=10_000.0) as server:
        assert httpx.put(server.url + "/emulator/personas", json={"outcome": "busy"}).status_code == 204
        uuid = httpx.post(server.url + "/v1/calls", json=body(), headers=ANY).json()["uuid"]
        wait_for(lambda: server.network.legs[uuid].ended_at is not None)
        assert httpx.get(f"{server.url}/emulator/calls/{uuid}").json()["outcome"] == "busy"
        wrong = httpx.put(server.url + "/emulator/personas", json={"outcom": "busy"})
        assert (wrong.status_code, wrong.json()["code"]) == (400, "E711")
        assert httpx.post(server.url + "/emulator/inbound", json={"type": "fax"}).status_code == 400


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
        ((200, b"{", JSON), "no JSON"),
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
        assert tries == [["the server did not answer in time"] * 2, ["nobody answers at this address"] * 2]


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


# -- faults and the server ------------------------------------------------------------------------------


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


def test_an_api_that_fails() -> None:
    with emulator(faults={"fail-answer": 1.0}) as server:
        assert httpx.post(server.url + "/v1/calls", json=body(), headers=ANY).status_code == 503
        assert not server.network.legs
    with emulator(faults={"lose-answer": 1.0}) as server:
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(server.url + "/v1/calls", json=body(), headers=ANY, timeout=0.5)
        assert len(server.network.legs) == 1


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
        assert (answer.status_code, "stands twice" in answer.text) == (400, True)
        assert not server.network.legs
        told.answer = lambda _: (200, b'[{"action": "talk", "text": "a", "text": "b"}]', "application/json")
        sent = {**body(), "answer_url": [f"{told.url}/answer"]}
        del sent["ncco"]
        uuid = client.post("/v1/calls", json=sent).json()["uuid"]
        told.wait_for(lambda: server.network.legs[uuid].status == "completed")
        assert "stands twice" in client.get(f"/emulator/calls/{uuid}").text
