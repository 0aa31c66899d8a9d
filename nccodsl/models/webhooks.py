"""The webhooks that are not about the status of a call: answer, input, record, notify, transfer, error, fallback.

Owns: their members. Does not own: events with a status (status_events), which model a payload is of (events).
"""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field
from pydantic_core import from_json

from nccodsl.models.marks import NCCO, WEBHOOKS, Says, Unit
from nccodsl.models.wire import WireModel

LIVE = "webhook reference"
SDKS = "Java SDK 9.13, .NET SDK 8.35"


def from_query(value: object) -> object:
    """An object as it is; one that came in the query of a GET, where it is JSON text, read."""
    if isinstance(value, str) and value.startswith("{"):
        with suppress(ValueError):
            return from_json(value, allow_inf_nan=False)
    return value


FromQuery = BeforeValidator(from_query)
Numeral = str | int | float
"""A number. The platform sends text such as "0.0045", older samples have a JSON number; `float()` reads both."""

Caller = Annotated[str | None, Field(alias="from"), Says("Number, address or user that the call comes from", WEBHOOKS)]
Callee = Annotated[str | None, Says("Number, address or user that is called", WEBHOOKS)]
LegId = Annotated[str | None, Says("ID of the leg", WEBHOOKS)]
ConversationId = Annotated[str | None, Says("ID of the conversation, CON-…", WEBHOOKS)]
Timestamp = Annotated[str | None, Says("When it happened, ISO 8601 with milliseconds, UTC", WEBHOOKS)]
Region = Annotated[str | None, Says("URL of the API host to use for this call", WEBHOOKS)]
EndpointType = Annotated[str | None, Says("phone, sip, websocket, app or vbc", f"{LIVE}, .NET SDK 8.35")]


class WebhookPayload(WireModel):
    """Base of all webhooks. Undocumented members are kept; a missing member is None."""

    model_config = ConfigDict(extra="allow")


class AnswerWebhook(WebhookPayload):
    """Asks for the NCCO of a call: the query of a GET, or the body of a POST. Respond with an `Ncco`.

    Custom SIP headers are additional members such as `SipHeader_X-UserId`.
    """

    to: Callee = None
    from_: Caller = None
    from_user: Annotated[
        str | None, Says("User of a Client SDK; such a call has no `from`", f"{LIVE}, .NET SDK 8.35")
    ] = None
    endpoint_type: EndpointType = None
    uuid: Annotated[str, Says("ID of the leg", WEBHOOKS)]
    conversation_uuid: ConversationId = None
    region_url: Region = None
    custom_data: Annotated[dict[str, Any] | str | None, FromQuery, Says("Data from the Client SDK", WEBHOOKS)] = None


class DtmfResult(WebhookPayload):
    """The keys that an `input` took."""

    digits: Annotated[str | None, Says("The keys; empty without keys, None if the input took only speech", NCCO)] = None
    timed_out: Annotated[bool | None, Says("Whether the input ended because no key came in time", NCCO)] = None


class SpeechAlternative(WebhookPayload):
    """A possible reading of the speech."""

    text: Annotated[str, Says("What was said", NCCO)]
    confidence: Annotated[Numeral | None, Says("Confidence, 0.0 to 1.0; text, or a number in older samples", NCCO)] = (
        None
    )


class SpeechResult(WebhookPayload):
    """The speech that an `input` took."""

    results: Annotated[
        list[SpeechAlternative] | None, Says("Possible readings of the speech, the best first", NCCO)
    ] = None
    timeout_reason: Annotated[
        str | None, Says("Why listening ended: end_on_silence_timeout, max_duration or start_timeout", NCCO)
    ] = None
    error: Annotated[str | None, Says("Why there is no result, such as keys that overrode speech", SDKS)] = None
    recording_url: Annotated[str | None, Says("URL of the recorded speech, with saveAudio", NCCO)] = None


class InputEvent(WebhookPayload):
    """The keys or the speech of the caller. An `Ncco` as the response replaces the rest of the current one.

    In asynchronous mode, each key is one event.
    """

    from_: Caller = None
    to: Callee = None
    uuid: LegId = None
    conversation_uuid: ConversationId = None
    timestamp: Timestamp = None
    dtmf: Annotated[DtmfResult | None, FromQuery, Says("The keys, if the input takes keys", NCCO)] = None
    speech: Annotated[SpeechResult | None, FromQuery, Says("The speech, if the input takes speech", NCCO)] = None


class LegacyInputEvent(WebhookPayload):
    """The keys of an `input` without `type`, the form that takes no speech."""

    uuid: LegId = None
    conversation_uuid: ConversationId = None
    timestamp: Timestamp = None
    dtmf: Annotated[str, Says("The keys", "webhook reference of 2020")]
    timed_out: Annotated[
        bool | None, Says("Whether the input ended because no key came in time", "webhook reference of 2020")
    ] = None


class RecordEvent(WebhookPayload):
    """A recording is ready. Download it with a JWT of the application; it is kept for 30 days."""

    recording_url: Annotated[str, Says("URL to download the recording from", WEBHOOKS)]
    recording_uuid: Annotated[str | None, Says("ID of the recording", WEBHOOKS)] = None
    start_time: Annotated[str | None, Says("When the recording began, ISO 8601, UTC", WEBHOOKS)] = None
    end_time: Annotated[str | None, Says("When the recording ended, ISO 8601, UTC", WEBHOOKS)] = None
    size: Annotated[int | None, Unit("bytes"), Says("Size of the file", WEBHOOKS)] = None
    conversation_uuid: ConversationId = None
    timestamp: Timestamp = None


class NotifyEvent(WebhookPayload):
    """The call has reached a `notify`. An `Ncco` as the response replaces the current one; an empty body continues."""

    payload: Annotated[dict[str, Any], FromQuery, Says("The payload of the notify action", NCCO)]
    conversation_uuid: ConversationId = None
    timestamp: Timestamp = None


class TransferEvent(WebhookPayload):
    """A leg has moved from one conversation into another."""

    conversation_uuid_from: Annotated[str | None, Says("ID of the conversation that the leg left", WEBHOOKS)] = None
    conversation_uuid_to: Annotated[str | None, Says("ID of the conversation that the leg joined", WEBHOOKS)] = None
    uuid: LegId = None
    timestamp: Timestamp = None
    type: Annotated[str | None, Says("transfer, in older samples", WEBHOOKS)] = None


class ErrorEvent(WebhookPayload):
    """An error in the call, such as an NCCO that is not valid."""

    reason: Annotated[str, Says("What went wrong", WEBHOOKS)]
    conversation_uuid: ConversationId = None
    timestamp: Timestamp = None


class OriginalRequest(WebhookPayload):
    """The webhook that failed."""

    url: Annotated[str | None, Says("URL that failed", WEBHOOKS)] = None
    type: Annotated[str | None, Says("Kind of the webhook that failed, such as answer or input", WEBHOOKS)] = None


class FallbackWebhook(WebhookPayload):
    """An answer or event webhook failed. It has the original members and the reason. Respond with an `Ncco`."""

    reason: Annotated[str | None, Says("Why the first URL failed", WEBHOOKS)] = None
    original_request: Annotated[OriginalRequest, FromQuery, Says("The webhook that failed", WEBHOOKS)]
    from_: Caller = None
    to: Callee = None
    endpoint_type: EndpointType = None
    uuid: LegId = None
    conversation_uuid: ConversationId = None
    region_url: Region = None
    timestamp: Timestamp = None
    dtmf: Annotated[DtmfResult | str | None, FromQuery, Says("Of an input event: the keys", NCCO)] = None
    speech: Annotated[SpeechResult | None, FromQuery, Says("Of an input event: the speech", NCCO)] = None
    payload: Annotated[dict[str, Any] | None, FromQuery, Says("Of a notify event: its payload", NCCO)] = None


class UnknownEvent(WebhookPayload):
    """A webhook that no model describes. `model_extra` has all members except `status`."""

    status: Annotated[Any, Says("Status, if it has one", WEBHOOKS)] = None
