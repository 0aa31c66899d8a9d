"""Documents as requests to an emulator in this process, played through in virtual time."""

from __future__ import annotations

import asyncio
import json
from random import Random
from typing import Any

import httpx

from nccodsl.documents.validate import validate_text
from nccodsl.emulator.core.application import Application
from nccodsl.emulator.core.faults import Faults
from nccodsl.emulator.core.mail import OutgoingWebhook, WebhookReply
from nccodsl.emulator.core.network import Network
from nccodsl.emulator.emulate import virtual_network
from nccodsl.emulator.http.app import ApiFront
from nccodsl.emulator.http.authorization import Gate
from nccodsl.emulator.personas.persona import Act, Cast, Persona, Rule
from tests.fuzz.commands import holds

PHONE = {"type": "phone", "number": "14155550101"}
MOST_STEPS = 400
"""Things that happen in a network; a call whose webhooks are answered with itself would never end."""
TALKER = Persona(does=(Rule((Act("press", "1"), Act("say", "yes"), Act("press", "#")), hears="", times=20),))


class Still:
    """A driver without a loop: time goes as fast as it can, within each request."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._left = MOST_STEPS

    def start(self) -> None:
        """Nothing runs by itself."""

    async def stop(self) -> None:
        """Nothing runs by itself."""

    def catch_up(self) -> None:
        """It is always up to date."""

    def advance(self) -> None:
        while self._left > 0 and self._network.clock.step():
            self._left -= 1


def play(data: bytes, random: Random) -> None:
    """Send a document wherever one can be sent; every answer is one that the API gives."""
    asyncio.run(_play(data, random))


async def _play(data: bytes, random: Random) -> None:
    def answer(_: OutgoingWebhook) -> WebhookReply:
        return WebhookReply(200, random.choice((data, b"", b"[]")))

    hook = ("POST", "https://example.com/answer")
    network = virtual_network(Cast((TALKER,)), answer, application=Application(hook, hook, hook), seed=1)
    app = ApiFront(network, Still(network), Gate(), Faults({}, 0)).app()  # type: ignore[arg-type]
    transport = httpx.ASGITransport(app, raise_app_exceptions=True)
    headers = {"authorization": "Bearer any"}
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as client:
        for api in ("v1", "v2"):
            for body in (data, _wrapped(data)):
                if body is not None:
                    await _place(client, network, api, body)
        await _steer(client, network, data)
        await _look(client, network)


async def _place(client: httpx.AsyncClient, network: Network, api: str, body: bytes) -> None:
    answer = await client.post(f"/{api}/calls", content=body)
    placed = answer.status_code in (201, 202)
    holds(placed or answer.status_code == 400, f"the emulator answers {answer.status_code}", answer.text)
    answer.json()
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return
    if placed:
        errors = [found.message for found in validate_text("body.json", text, api) if found.is_error]
        # JSON that has a key twice, or is nested deeper than scripts can be, has one meaning all the same.
        holds(not errors or _only_form(text, api), "the emulator takes what validate refuses", errors[:3])


def _only_form(text: str, api: str) -> bool:
    codes = {found.code for found in validate_text("body.json", text, api) if found.is_error}
    return all(code.startswith("E1") for code in codes)


async def _steer(client: httpx.AsyncClient, network: Network, data: bytes) -> None:
    """A call of its own, and what may be asked of it."""
    body = {"to": [PHONE], "from": PHONE, "ncco": [{"action": "talk", "text": "la", "loop": 0}]}
    # This call is not to be over before it is steered.
    uuid = network.place(body).uuid
    network.clock.run_until(network.clock.now + 10.0)
    wrapped = [b'{"text": %s}', b'{"action": "transfer", "destination": {"type": "ncco", "ncco": %s}}']
    for method, path, content in (
        ("PUT", "/talk", wrapped[0] % data),
        ("PUT", "/stream", data),
        ("PUT", "/dtmf", data),
        ("PUT", "/input/dtmf", data),
        ("PUT", "", data),
        ("PUT", "", wrapped[1] % data),
    ):
        answer = await client.request(method, f"/v1/calls/{uuid}{path}", content=content)
        holds(answer.status_code in (200, 204, 400), f"the emulator answers {answer.status_code}", answer.text)
    for path, method in (("/emulator/inbound", "POST"), ("/emulator/personas", "PUT")):
        answer = await client.request(method, path, content=data)
        holds(answer.status_code in (201, 204, 400), f"the emulator answers {answer.status_code}", answer.text)


async def _look(client: httpx.AsyncClient, network: Network) -> None:
    for uuid in list(network.legs)[:3]:
        for path in (f"/v1/calls/{uuid}", f"/emulator/calls/{uuid}", f"/emulator/calls/{uuid}.html"):
            answer = await client.get(path)
            holds(answer.status_code == 200, f"the emulator answers {answer.status_code}", path)
            answer.content.decode()
    (await client.get("/v1/calls")).json()


def _wrapped(data: bytes) -> bytes | None:
    """A call body with the document for its NCCO."""
    try:
        value: Any = json.loads(data)
        body = {"to": [PHONE], "from": PHONE, "ncco": value, "event_url": ["https://example.com/event"]}
        return json.dumps(body).encode() if isinstance(value, list) else None
    except (ValueError, RecursionError):
        return None
