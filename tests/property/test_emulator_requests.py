"""Whatever is asked of the emulator, it answers, and goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given, settings, strategies as st

from nccodsl.emulator.http.host import Emulator
from tests.property.documents import bodies

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
controls = st.fixed_dictionaries(
    {},
    optional={
        "action": st.sampled_from(["hangup", "mute", "transfer", "earmuff"]) | anything,
        "destination": st.fixed_dictionaries(
            {}, optional={"type": st.just("ncco") | anything, "ncco": anything, "url": anything}
        )
        | anything,
        **dict.fromkeys(("text", "loop", "level", "stream_url", "digits", "event_url", "event_method"), anything),
    },
)
paths = st.sampled_from(["", "/talk", "/stream", "/dtmf", "/input/dtmf"])


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    headers = {"authorization": "Bearer any"}
    with Emulator(creations=None, speed=500.0) as emulator, httpx.Client(base_url=emulator.url, headers=headers) as one:
        yield one


@settings(deadline=None)
@given(bodies("v1") | anything, st.sampled_from(["/v1/calls", "/v2/calls", "/emulator/inbound"]))
def test_creating(client: httpx.Client, body: Any, path: str) -> None:
    answer = client.post(path, content=json.dumps(body))
    assert answer.status_code in (201, 202, 400), answer.text
    assert isinstance(answer.json(), dict)


@settings(deadline=None)
@given(controls | anything, paths, st.sampled_from(["PUT", "DELETE"]))
def test_steering(client: httpx.Client, body: Any, path: str, method: str) -> None:
    call = {
        "to": [{"type": "phone", "number": "14155550101"}],
        "from": {"type": "phone", "number": "14155550100"},
        "ncco": [{"action": "talk", "text": "la", "loop": 0}],
    }
    uuid = client.post("/v1/calls", json=call).json()["uuid"]
    while client.get(f"/v1/calls/{uuid}").json()["status"] in ("started", "ringing"):
        pass
    answer = client.request(method, f"/v1/calls/{uuid}{path}", content=json.dumps(body))
    assert answer.status_code in (200, 204, 400, 405), answer.text
    assert client.get(f"/emulator/calls/{uuid}").status_code == 200
    assert client.get(f"/emulator/calls/{uuid}.html").status_code == 200


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["status", "date_start", "date_end", "page_size", "record_index", "order"]), st.text()
    )
)
def test_listing(client: httpx.Client, query: dict[str, str]) -> None:
    assert client.get("/v1/calls", params=query).status_code in (200, 400)


@settings(deadline=None)
@given(anything)
def test_personas(client: httpx.Client, data: Any) -> None:
    assert client.put("/emulator/personas", content=json.dumps(data)).status_code in (204, 400)
