"""How a program uses the models, for a type checker: `test_typed_usage.py` has mypy look at it.

Where a line is wrong on purpose, its comment says what the type checker must say of it; an unused comment is an error.
"""

from __future__ import annotations

from typing import Any, Literal, assert_type

from nccodsl.models import (
    AnswerWebhook,
    CallPhone,
    CompletedEvent,
    Connect,
    ConnectPhone,
    CreateCallV2,
    DtmfSettings,
    Event,
    From,
    Input,
    InputEvent,
    MachineEvent,
    Ncco,
    NccoAction,
    Record,
    SpeechResult,
    Talk,
    UnknownEvent,
    Wait,
    parse_event,
)


def menu(name: str) -> Ncco:
    return Ncco(
        [
            Talk(text=f"Hello {name}.", barge_in=True, level=0.4, loop=2),
            Input(type=["dtmf", "speech"], dtmf=DtmfSettings(max_digits=1), event_url=["https://example.com/in"]),
        ]
    )


def actions(recorded: bool) -> list[NccoAction]:
    found: list[NccoAction] = [Record(format="wav")] if recorded else []
    found.append(Wait(timeout=0.5))
    found.append(Connect(endpoint=[ConnectPhone(number="14155550101")], from_="14155550100", timeout=20))
    return found


def body(number: str) -> dict[str, Any]:
    call = CreateCallV2(
        to=[CallPhone(number=number)], from_=From(type="phone", number="14155550100"), ncco=menu("Ann").root
    )
    return call.model_dump()


def answer(call: AnswerWebhook) -> str:
    assert_type(call.uuid, str)
    assert_type(call.from_, str | None)
    return call.from_ or call.from_user or "nobody"


def handled(payload: dict[str, Any]) -> str:
    event = parse_event(payload)
    match event:
        case InputEvent(speech=SpeechResult(results=[best, *_])):
            assert_type(best.text, str)
            assert_type(best.confidence, str | int | float | None)
            return best.text
        case InputEvent(dtmf=None):
            return ""
        case InputEvent():
            assert_type(event.speech, SpeechResult | None)
            return event.dtmf.digits or "" if event.dtmf else ""
        case CompletedEvent(price=price):
            assert_type(event.status, Literal["completed"])
            return f"{float(price or 0):.2f}"
        case MachineEvent():
            return event.call_uuid or ""
        case UnknownEvent():
            assert_type(event.model_extra, dict[str, Any] | None)
            return str(event.status)
    return ""


def named(event: Event) -> str:
    return type(event).__name__


def run() -> None:
    assert_type(menu("Ann"), Ncco)
    assert named(parse_event({"status": "ringing"})) == "RingingEvent"
    assert handled({"status": "completed", "price": "1.0045"}) == "1.00"
    assert handled({"dtmf": {"digits": "1"}}) == "1"
    assert handled({"speech": {"results": [{"text": "sales", "confidence": "0.9"}]}}) == "sales"
    assert answer(AnswerWebhook(uuid="a", from_user="ann")) == "ann"
    assert body("14155550101")["ncco"][0]["bargeIn"] is True
    assert len(actions(recorded=True)) == 3


def mistakes() -> None:
    Talk(txt="Hello")  # type: ignore[call-arg]
    Talk(text=5)  # type: ignore[arg-type]
    Record(format="flac")  # type: ignore[arg-type]
    Ncco([Talk(text="Hello"), "hangup"])  # type: ignore[list-item]
    Connect(endpoint=[CallPhone(number="14155550101")])  # type: ignore[list-item]
    print(InputEvent().digits)  # type: ignore[attr-defined]
