"""What the client sends is valid by the published description of the API, in both versions."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
import yaml
from hypothesis import given, strategies as st

from nccodsl.client import VoiceClient
from nccodsl.client.credentials import Credentials
from tests.e2e.servers import APPLICATION, private_key
from tests.property.documents import bodies

FOLDER = Path(__file__).parents[2] / "data" / "api"
DESCRIPTIONS = [
    yaml.safe_load((FOLDER / f"voice-{version}.yaml").read_text(encoding="utf-8")) for version in ("v1", "v2")
]
UUID = "63f61863-4a51-4f6b-86e1-46edebcf9356"
CALL = {"uuid": UUID, "status": "started", "direction": "outbound", "conversation_uuid": "CON-1"}
SEEN: set[tuple[str, str]] = set()


def _operation(request: httpx.Request) -> tuple[dict[str, Any], dict[str, Any]]:
    """The description of a request, and the document that it stands in."""
    for document in DESCRIPTIONS:
        for path, operations in document["paths"].items():
            if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), request.url.path):
                SEEN.add((request.method, path))
                return operations[request.method.lower()], document
    raise AssertionError(f"nothing is published at {request.url.path}")


def _check(schema: dict[str, Any], document: dict[str, Any], value: Any) -> None:
    jsonschema.Draft202012Validator({**schema, "components": document["components"]}).validate(value)


def _answer(request: httpx.Request) -> httpx.Response:
    operation, document = _operation(request)
    known = {one["name"]: one["schema"] for one in operation.get("parameters", ())}
    for name, text in request.url.params.multi_items():
        assert name in known, name
        whole = known[name].get("type") == "integer"
        _check(known[name], document, int(text) if whole else text)
    body = operation.get("requestBody")
    assert bool(request.content) is bool(body)
    if body:
        assert request.headers["content-type"] == "application/json"
        _check(body["content"]["application/json"]["schema"], document, json.loads(request.content))
    assert request.headers["authorization"].startswith("Bearer ")
    (status,) = operation["responses"]
    page = {"count": 1, "_embedded": {"calls": [CALL]}}
    return httpx.Response(int(status), json={"204": None, "202": {}}.get(status, page | CALL))


@pytest.fixture(scope="module")
def client() -> VoiceClient:
    return VoiceClient(Credentials(APPLICATION, private_key()), transport=httpx.MockTransport(_answer))


@given(st.sampled_from(["v1", "v2"]).flatmap(lambda api: st.tuples(st.just(api), bodies(api))))
def test_every_valid_body(client: VoiceClient, pair: tuple[str, dict[str, Any]]) -> None:
    api, body = pair
    try:
        _check_body(api, body)
    except jsonschema.ValidationError:
        # What is merely tolerated or not documented for this version (W020, W019 …) is not in the description.
        return
    client.create(body, api)


def _check_body(api: str, body: dict[str, Any]) -> None:
    document = DESCRIPTIONS[api == "v2"]
    _check(document["components"]["schemas"]["create"], document, body)


def test_every_request(client: VoiceClient) -> None:
    body = {
        "to": [{"type": "phone", "number": "14155550101"}],
        "from": {"type": "phone", "number": "14155550100"},
        "ncco": [{"action": "talk", "text": "Hi"}],
    }
    client.create(body, "v1")
    client.create(body, "v2")
    now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    client.page(
        status="completed",
        date_start=now,
        date_end=now,
        page_size=100,
        record_index=3,
        order="desc",
        conversation_uuid="CON-1",
    )
    client.page()
    client.show(UUID)
    for order in (client.hangup, client.mute, client.unmute, client.earmuff, client.unearmuff):
        order(UUID)
    client.transfer(UUID, ncco=[{"action": "talk", "text": "Hi"}])
    client.transfer(UUID, url="https://example.com/ncco")
    client.talk(UUID, "Hello", language="en-GB", style=2, premium=True, loop=0, level=-0.4)
    client.talk(UUID, "Hello")
    client.stop_talk(UUID)
    client.stream(UUID, "https://example.com/a.mp3", loop=2, level=1)
    client.stop_stream(UUID)
    client.dtmf(UUID, "1p2#")
    client.subscribe_dtmf(UUID, "https://example.com/keys")
    client.unsubscribe_dtmf(UUID)
    published = {
        (method.upper(), path)
        for document in DESCRIPTIONS
        for path, operations in document["paths"].items()
        for method in operations
    }
    assert published == SEEN, "there is a request for everything that is published"
