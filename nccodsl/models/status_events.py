"""The events that tell the status of a call: one model for each value of `status`.

Owns: their members. Does not own: the other webhooks, which model a payload is of (events).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from nccodsl.models.marks import OAS2, WEBHOOKS, Says, Unit
from nccodsl.models.webhooks import (
    SDKS,
    Callee,
    Caller,
    ConversationId,
    FromQuery,
    LegId,
    Numeral,
    Timestamp,
    WebhookPayload,
)

Start = Annotated[str | None, Says("When the call was answered, ISO 8601, UTC; None or empty before the end", WEBHOOKS)]
Rate = Annotated[Numeral | None, Unit("EUR a minute"), Says("Price rate, a number as text", WEBHOOKS)]
Network = Annotated[str | None, Says("Network of the callee, such as its MCC and MNC", WEBHOOKS)]
SipCode = Annotated[int | None, Says("SIP response code that ended the call", SDKS)]


class StatusEvent(WebhookPayload):
    """What all events of a call have in common. Their order is not guaranteed."""

    from_: Caller = None
    to: Callee = None
    uuid: LegId = None
    conversation_uuid: ConversationId = None
    client_ref: Annotated[str | None, Says("Replaces `uuid` in outbound IP calls of the v2 API", OAS2)] = None
    direction: Annotated[str | None, Says("inbound or outbound", WEBHOOKS)] = None
    timestamp: Timestamp = None
    headers: Annotated[
        dict[str, Any] | None, FromQuery, Says("Headers of the endpoint; for most calls empty", "WebSockets guide")
    ] = None


class StartedEvent(StatusEvent):
    """The leg was created."""

    status: Literal["started"]


class RingingEvent(StatusEvent):
    """The destination rings."""

    status: Literal["ringing"]


class AnsweredEvent(StatusEvent):
    """The call was answered."""

    status: Literal["answered"]
    start_time: Start = None
    rate: Rate = None
    network: Network = None


class BusyEvent(StatusEvent):
    """The callee is busy. After a synchronous `connect`, the answer may be an `Ncco`."""

    status: Literal["busy"]
    sip_code: SipCode = None


class CancelledEvent(StatusEvent):
    """The caller gave up before there was an answer."""

    status: Literal["cancelled"]


class UnansweredEvent(StatusEvent):
    """There was no answer, or the callee cannot be reached. After a synchronous `connect`, answer with an `Ncco`."""

    status: Literal["unanswered"]
    detail: Annotated[str | None, Says("unavailable, timeout or carrier_timeout", f"{WEBHOOKS}, {SDKS}")] = None
    sip_code: SipCode = None


class TimeoutEvent(StatusEvent):
    """It rang as long as the timer allows. After a synchronous `connect`, the answer may be an `Ncco`."""

    status: Literal["timeout"]


class RejectedEvent(StatusEvent):
    """The call was refused before it was connected. After a synchronous `connect`, the answer may be an `Ncco`."""

    status: Literal["rejected"]
    detail: Annotated[str | None, Says("invalid_number, restricted or declined", f"{WEBHOOKS}, {SDKS}")] = None
    sip_code: SipCode = None


class FailedEvent(StatusEvent):
    """The call could not be connected. After a synchronous `connect`, the answer may be an `Ncco`."""

    status: Literal["failed"]
    detail: Annotated[
        str | None, Says("cannot_route, number_out_of_service or internal_error", f"{WEBHOOKS}, {SDKS}")
    ] = None
    sip_code: SipCode = None


class DetectionEvent(StatusEvent):
    """What machine detection found. In its mode `default`, the answer may be an `Ncco`."""

    call_uuid: Annotated[str | None, Says("ID of the leg: these events have it instead of `uuid`", WEBHOOKS)] = None
    sub_state: Annotated[
        str | None,
        Says("beep_start at the beep, beep_timeout without a beep; advanced detection only", "Java SDK 9.13"),
    ] = None


class HumanEvent(DetectionEvent):
    """A person answered."""

    status: Literal["human"]


class MachineEvent(DetectionEvent):
    """A machine answered; with `sub_state`, its beep came or did not come in time."""

    status: Literal["machine"]


class DisconnectedEvent(StatusEvent):
    """Your server closed the WebSocket. The answer may be an `Ncco`."""

    status: Literal["disconnected"]


class CompletedEvent(StatusEvent):
    """The call is over. Every call that was not rejected comes to this."""

    status: Literal["completed"]
    start_time: Start = None
    end_time: Annotated[str | None, Says("When the call ended, ISO 8601, UTC", WEBHOOKS)] = None
    duration: Annotated[Numeral | None, Unit(), Says("Length of the call, a number as text", WEBHOOKS)] = None
    rate: Rate = None
    price: Annotated[Numeral | None, Unit("EUR"), Says("Price of the call, a number as text", WEBHOOKS)] = None
    network: Network = None
    sip_code: SipCode = None
    disconnected_by: Annotated[str | None, Says("Who ended the call: platform or user", SDKS)] = None


class TranscriptionEvent(WebhookPayload):
    """The transcription of a recording is ready. It is downloaded with the application's JWT."""

    status: Literal["transcribed"]
    type: Annotated[str | None, Says("record", WEBHOOKS)] = None
    recording_uuid: Annotated[str | None, Says("ID of the recording", WEBHOOKS)] = None
    transcription_url: Annotated[str | None, Says("URL to download the transcription from", WEBHOOKS)] = None
    conversation_uuid: ConversationId = None
    timestamp: Timestamp = None
