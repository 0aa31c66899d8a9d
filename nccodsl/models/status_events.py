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
    """Base of the events of a call. Their order is not guaranteed."""

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
    """The callee is busy. After a synchronous `connect`, you can respond with an `Ncco`."""

    status: Literal["busy"]
    sip_code: SipCode = None


class CancelledEvent(StatusEvent):
    """The caller hung up before the call was answered."""

    status: Literal["cancelled"]


class UnansweredEvent(StatusEvent):
    """No answer, or the callee cannot be reached. After a synchronous `connect`, you can respond with an `Ncco`."""

    status: Literal["unanswered"]
    detail: Annotated[str | None, Says("unavailable, timeout or carrier_timeout", f"{WEBHOOKS}, {SDKS}")] = None
    sip_code: SipCode = None


class TimeoutEvent(StatusEvent):
    """The call rang for as long as the timer allows. After a synchronous `connect`, you can respond with an `Ncco`."""

    status: Literal["timeout"]


class RejectedEvent(StatusEvent):
    """The call was refused before it was connected. After a synchronous `connect`, you can respond with an `Ncco`."""

    status: Literal["rejected"]
    detail: Annotated[str | None, Says("invalid_number, restricted or declined", f"{WEBHOOKS}, {SDKS}")] = None
    sip_code: SipCode = None


class FailedEvent(StatusEvent):
    """The call could not be connected. After a synchronous `connect`, you can respond with an `Ncco`."""

    status: Literal["failed"]
    detail: Annotated[
        str | None, Says("cannot_route, number_out_of_service or internal_error", f"{WEBHOOKS}, {SDKS}")
    ] = None
    sip_code: SipCode = None


class DetectionEvent(StatusEvent):
    """The result of machine detection. In its mode `default`, you can respond with an `Ncco`."""

    call_uuid: Annotated[str | None, Says("ID of the leg: these events have it instead of `uuid`", WEBHOOKS)] = None
    sub_state: Annotated[
        str | None,
        Says("beep_start at the beep, beep_timeout without a beep; advanced detection only", "Java SDK 9.13"),
    ] = None


class HumanEvent(DetectionEvent):
    """A person answered."""

    status: Literal["human"]


class MachineEvent(DetectionEvent):
    """A machine answered. With `sub_state`, the machine beeped, or no beep came in time."""

    status: Literal["machine"]


class DisconnectedEvent(StatusEvent):
    """Your server closed the WebSocket. You can respond with an `Ncco`."""

    status: Literal["disconnected"]


class CompletedEvent(StatusEvent):
    """The call has ended. Every call that is not rejected ends with this event."""

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
    """The transcription of a recording is ready. Download it with a JWT of the application."""

    status: Literal["transcribed"]
    type: Annotated[str | None, Says("record", WEBHOOKS)] = None
    recording_uuid: Annotated[str | None, Says("ID of the recording", WEBHOOKS)] = None
    transcription_url: Annotated[str | None, Says("URL to download the transcription from", WEBHOOKS)] = None
    conversation_uuid: ConversationId = None
    timestamp: Timestamp = None
