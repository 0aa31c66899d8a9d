"""Golden timelines, one folder a case.

`call.json` is an NCCO or a body of the create request, `persona.yaml` who is called (or a name of a built-in one),
`answers.json` what webhooks are answered with, by their kind or status, in order; `requests.json` what the API is
asked for, and when; `application.json` the settings of the application. `timeline.txt` is what came of it, with every payload of a webhook behind it.
"""

from __future__ import annotations

import json
from collections import defaultdict, deque
from pathlib import Path
from typing import Any

import pytest
import yaml

from nccodsl.emulator.core import control
from nccodsl.emulator.core.application import Application
from nccodsl.emulator.core.legs import Leg
from nccodsl.emulator.core.mail import OutgoingWebhook, WebhookReply
from nccodsl.emulator.core.network import Network
from nccodsl.emulator.emulate import ARRIVING, emulated, virtual_network
from nccodsl.emulator.personas.persona import Cast, read_cast
from nccodsl.emulator.views.lines import listing, summary
from nccodsl.voice.judge import judge_document
from tests.golden import compare

HERE = Path(__file__).parent / "timelines"
CASES = sorted(path.parent for path in HERE.glob("*/call.json"))
EVENTS = "https://example.com/event"
APPLICATION = Application(event=("POST", EVENTS), fallback=("GET", "https://example.com/fallback"))
CONTROLS = {
    "steer": control.steer,
    "talk": control.start_talk,
    "stream": control.start_stream,
    "dtmf": control.send_keys,
    "keys": control.subscribe_keys,
    "stop-talk": lambda network, leg, _body: control.stop_playing(network, leg, "talk"),
    "no-keys": lambda network, leg, _body: control.unsubscribe_keys(network, leg),
}


class Answers:
    """Answers webhooks with what a case says of them, else with an empty 200."""

    def __init__(self, said: dict[str, list[Any]]) -> None:
        self._left = defaultdict(deque, {kind: deque(answers) for kind, answers in said.items()})

    def __call__(self, hook: OutgoingWebhook) -> WebhookReply:
        left = self._left[hook.payload.get("status", hook.kind)]
        if not left:
            return WebhookReply()
        said = left.popleft()
        if isinstance(said, dict):
            return WebhookReply(
                said.get("status", 200), said.get("body", "").encode(), said.get("type", ""), said.get("failure", "")
            )
        return WebhookReply(body=json.dumps(said).encode())


def _read(path: Path, default: Any) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else default


def _setting(value: Any) -> Any:
    """A member of `application.json`: an array is a webhook."""
    return tuple(value) if isinstance(value, list) else value


def _cast(folder: Path) -> Cast:
    path = folder / "persona.yaml"
    return read_cast(yaml.safe_load(path.read_text(encoding="utf-8"))) if path.exists() else Cast()


def _started(network: Network, document: Any) -> list[Leg]:
    """The first leg of each call of a case: an NCCO, a body, or a list of calls `{after, call}`."""
    if isinstance(document, dict) and "calls" in document:
        legs: list[Leg] = []
        for call in document["calls"]:
            network.clock.run_until(call["at"])
            legs += _started(network, call["call"])
        return legs
    if isinstance(document, dict) and "inbound" in document:
        return [network.inbound({"type": "phone", "number": document["inbound"]}, "14155550100")]
    if isinstance(document, list):
        document = {
            "to": [{"type": "phone", "number": "14155550101"}],
            "from": {"type": "phone", "number": "14155550100"},
            "ncco": document,
        }
    assert not [found for found in judge_document(document) if found.is_error], "the case is a valid document"
    return [network.place(document)]


def _told(network: Network, leg: Leg) -> str:
    call = emulated(network, leg)
    lines = [f"{line.time:>9}  {line.leg:24} {line.text}".rstrip() for line in listing(call, everything=True)]
    sent = [
        f"{entry.data['method']} {entry.data['kind']} {json.dumps(entry.data['payload'], ensure_ascii=False)}"
        for entry in call.timeline.of("webhook")
    ]
    return "\n".join([*lines, summary(call), "", *sent, ""])


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_timeline(folder: Path, accept: bool) -> None:
    answers = Answers(_read(folder / "answers.json", {}))
    extra = _read(folder / "application.json", None)
    application = APPLICATION if extra is None else Application(**{name: _setting(one) for name, one in extra.items()})
    network = virtual_network(_cast(folder), answers, application=application)
    legs = _started(network, _read(folder / "call.json", None))
    for request in _read(folder / "requests.json", []):
        network.clock.run_until(request["at"])
        leg = list(network.legs.values())[request.get("leg", 0)]
        CONTROLS[request.get("do", "steer")](network, leg, request.get("body"))
    while any(leg.ended_at is None for leg in legs) and network.clock.step():
        pass
    network.clock.run_until(network.clock.now + ARRIVING)
    compare(folder / "timeline.txt", "\n".join(_told(network, leg) for leg in legs), accept)


def test_no_expectation_is_left_over() -> None:
    assert {path.parent for path in HERE.glob("*/timeline.txt")} <= set(CASES)


def test_each_action_has_a_case() -> None:
    from nccodsl.emulator.actions import ACTIONS

    assert {folder.name.partition("-")[0] for folder in CASES} >= set(ACTIONS)
