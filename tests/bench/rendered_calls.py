"""The same call body for many recipients, made in five ways."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nccodsl

RECIPIENTS = 3000
Make = Callable[[dict[str, Any]], object]

_JINJA = """{"to":[{"type":"phone","number":{{ number | tojson }}}],"from":{"type":"phone","number":{{ caller | tojson }}},
"ncco":[{"action":"talk","text":{{ ("Hello " ~ name ~ ", your appointment is on " ~ day ~ " at " ~ hour ~ ".") | tojson }},
"language":"en-GB","style":2},{"action":"talk","text":"Press 1 to confirm or 2 to speak to us.","bargeIn":true},
{"action":"input","type":["dtmf"],"dtmf":{"timeOut":5,"maxDigits":1}},
{"action":"connect","endpoint":[{"type":"phone","number":{{ agent | tojson }}}],"from":"14155550100","timeout":20}],
"event_url":[{{ event_url | tojson }}],"machine_detection":{{ detection | tojson }}}"""


def recipients(count: int = RECIPIENTS) -> list[dict[str, Any]]:
    """Values for each call; every one differs."""
    return [
        {
            "number": f"1415555{index % 10000:04d}",
            "caller": "14155550100",
            "event_url": f"https://example.com/events/{index}",
            "detection": "continue",
            "name": f"Ann {index}",
            "day": "Monday",
            "hour": "half past two",
            "agent": "14155550123",
        }
        for index in range(count)
    ]


def _body(values: dict[str, Any]) -> dict[str, Any]:
    return {
        "to": [{"type": "phone", "number": values["number"]}],
        "from": {"type": "phone", "number": values["caller"]},
        "ncco": [
            {
                "action": "talk",
                "text": f"Hello {values['name']}, your appointment is on {values['day']} at {values['hour']}.",
                "language": "en-GB",
                "style": 2,
            },
            {"action": "talk", "text": "Press 1 to confirm or 2 to speak to us.", "bargeIn": True},
            {"action": "input", "type": ["dtmf"], "dtmf": {"timeOut": 5, "maxDigits": 1}},
            {
                "action": "connect",
                "endpoint": [{"type": "phone", "number": values["agent"]}],
                "from": "14155550100",
                "timeout": 20,
            },
        ],
        "event_url": [values["event_url"]],
        "machine_detection": values["detection"],
    }


def ours() -> Make:
    return nccodsl.load(Path(__file__).with_name("flow.call")).render_json


def official_models() -> Make:
    """`vonage-voice`: models built, dumped as the SDK dumps them, and encoded."""
    from vonage_voice.models import Connect, CreateCallRequest, Dtmf, Input, Phone, PhoneEndpoint, Talk, ToPhone

    def make(values: dict[str, Any]) -> bytes:
        request = CreateCallRequest(
            to=[ToPhone(number=values["number"])],
            from_=Phone(number=values["caller"]),
            ncco=[
                Talk(
                    text=f"Hello {values['name']}, your appointment is on {values['day']} at {values['hour']}.",
                    language="en-GB",
                    style=2,
                ),
                Talk(text="Press 1 to confirm or 2 to speak to us.", bargeIn=True),
                Input(type=["dtmf"], dtmf=Dtmf(timeOut=5, maxDigits=1)),
                Connect(endpoint=[PhoneEndpoint(number=values["agent"])], from_="14155550100", timeout=20),
            ],
            event_url=[values["event_url"]],
            machine_detection=values["detection"],
        )
        return json.dumps(request.model_dump(by_alias=True, exclude_none=True)).encode()

    return make


def jinja_template() -> Make:
    """A JSON template written by hand; nothing is checked."""
    import jinja2

    template = jinja2.Environment(autoescape=False).from_string(_JINJA)
    return lambda values: template.render(values).encode()


def dicts_json() -> Make:
    return lambda values: json.dumps(_body(values)).encode()


def dicts_orjson() -> Make:
    import orjson

    return lambda values: orjson.dumps(_body(values))


WAYS: dict[str, Callable[[], Make]] = {
    "nccodsl, Flow.render_json": ours,
    "vonage-voice models": official_models,
    "Jinja template, unchecked": jinja_template,
    "dicts and json.dumps": dicts_json,
    "dicts and orjson": dicts_orjson,
}
