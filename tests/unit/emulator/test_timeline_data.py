"""What the timeline says for people, it says as data as well."""

from __future__ import annotations

import json
from typing import Any

import pytest

from nccodsl.emulator.core.mail import OutgoingWebhook, WebhookReply
from nccodsl.emulator.core.timeline import DATA, KINDS, Timeline
from nccodsl.emulator.emulate import emulate
from nccodsl.emulator.personas.persona import Act, Cast, Persona, Rule

ASKS: list[dict[str, Any]] = [{"action": "input", "type": ["dtmf"], "eventUrl": ["https://example.com/in"]}]
TALKS = [{"action": "talk", "text": "Thanks."}]
PRESSES = Cast((Persona(does=(Rule((Act("press", "12"),), after=1.0),)),))


def events(answer: WebhookReply) -> list[dict[str, Any]]:
    """The data of the notes of a call whose input is answered so."""

    def replied(hook: OutgoingWebhook) -> WebhookReply:
        return answer if hook.kind == "input" else WebhookReply()

    body = {"to": [{"type": "phone", "number": "14155550101"}], "from": {"type": "phone", "number": "14155550100"}}
    call = emulate({**body, "ncco": ASKS, "event_url": ["https://example.com/event"]}, PRESSES, replied)
    return [entry.data for entry in call.timeline.of("note") if "event" in entry.data]


def test_digits_and_a_takeover() -> None:
    collected, takeover = events(WebhookReply(body=json.dumps(TALKS).encode()))
    assert collected["event"] == "collected"
    assert collected["dtmf"]["digits"] == "12"
    assert takeover == {"event": "takeover", "by": "answer", "actions": 1}


@pytest.mark.parametrize(("answer", "reason"), [(WebhookReply(500), "the server answered 500")])
def test_a_refused_answer(answer: WebhookReply, reason: str) -> None:
    refused = events(answer)[1]
    assert (refused["event"], refused["webhook"], refused["url"], refused["reason"]) == (
        "refused",
        "input",
        "https://example.com/in",
        reason,
    )


def test_each_kind_of_entry_says_what_data_it_has() -> None:
    assert DATA.keys() == KINDS.keys()


@pytest.mark.parametrize(
    ("kind", "data"), [("says", {"words": "Hello"}), ("note", {"event": "takeover", "url": ""}), ("note", {"url": ""})]
)
def test_an_entry_has_no_other_data(kind: str, data: dict[str, Any]) -> None:
    with pytest.raises(AssertionError, match=f"the data of {kind} has no"):
        Timeline().add(0.0, "leg", kind, "", data)
