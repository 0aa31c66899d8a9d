"""Which model a payload is of.

Owns: telling the kinds of webhooks apart. Does not own: the models.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from nccodsl.models.status_events import (
    AnsweredEvent,
    BusyEvent,
    CancelledEvent,
    CompletedEvent,
    DisconnectedEvent,
    FailedEvent,
    HumanEvent,
    MachineEvent,
    RejectedEvent,
    RingingEvent,
    StartedEvent,
    TimeoutEvent,
    TranscriptionEvent,
    UnansweredEvent,
)
from nccodsl.models.webhooks import (
    AnswerWebhook,
    ErrorEvent,
    FallbackWebhook,
    InputEvent,
    LegacyInputEvent,
    NotifyEvent,
    RecordEvent,
    TransferEvent,
    UnknownEvent,
    WebhookPayload,
    from_query,
)

_BY_STATUS: dict[object, type[WebhookPayload]] = {
    "started": StartedEvent,
    "ringing": RingingEvent,
    "answered": AnsweredEvent,
    "busy": BusyEvent,
    "cancelled": CancelledEvent,
    "unanswered": UnansweredEvent,
    "timeout": TimeoutEvent,
    "rejected": RejectedEvent,
    "failed": FailedEvent,
    "human": HumanEvent,
    "machine": MachineEvent,
    "disconnected": DisconnectedEvent,
    "completed": CompletedEvent,
    "transcribed": TranscriptionEvent,
}
_BY_MEMBERS: tuple[tuple[Callable[[Mapping[str, Any]], bool], type[WebhookPayload]], ...] = (
    (lambda payload: "conversation_uuid_from" in payload or "conversation_uuid_to" in payload, TransferEvent),
    (lambda payload: "recording_url" in payload, RecordEvent),
    (lambda payload: isinstance(from_query(payload.get("dtmf")), str), LegacyInputEvent),
    (lambda payload: "dtmf" in payload or "speech" in payload, InputEvent),
    (lambda payload: "payload" in payload, NotifyEvent),
    (lambda payload: "reason" in payload, ErrorEvent),
    (lambda payload: "status" not in payload and "to" in payload and "uuid" in payload, AnswerWebhook),
)


def _model_of(payload: Mapping[str, Any]) -> type[WebhookPayload]:
    if "original_request" in payload:
        return FallbackWebhook
    status = payload.get("status")
    if isinstance(status, str) and status in _BY_STATUS:
        return _BY_STATUS[status]
    return next((model for fits, model in _BY_MEMBERS if fits(payload)), UnknownEvent)


def _read(value: Any, _handler: ValidatorFunctionWrapHandler) -> Any:
    if isinstance(value, WebhookPayload):
        return value
    if not isinstance(value, Mapping):
        return UnknownEvent.model_validate(value)  # says once what is wanted, not once for each model
    payload = dict(value)
    try:
        return _model_of(payload).model_validate(payload, by_name=False)
    except ValidationError:
        return UnknownEvent.model_validate(payload, by_name=False)


Event = Annotated[
    StartedEvent
    | RingingEvent
    | AnsweredEvent
    | BusyEvent
    | CancelledEvent
    | UnansweredEvent
    | TimeoutEvent
    | RejectedEvent
    | FailedEvent
    | HumanEvent
    | MachineEvent
    | DisconnectedEvent
    | CompletedEvent
    | TranscriptionEvent
    | InputEvent
    | LegacyInputEvent
    | RecordEvent
    | NotifyEvent
    | TransferEvent
    | ErrorEvent
    | FallbackWebhook
    | AnswerWebhook
    | UnknownEvent,
    WrapValidator(_read),
]
"""Any webhook: the model that its `status` names, or else its members tell."""
_EVENT: TypeAdapter[Event] = TypeAdapter(Event)


def parse_event(payload: Mapping[str, Any]) -> Event:
    """The model for the payload of a webhook: the JSON of a POST, or the query of a GET.

    A payload that fits no model becomes an `UnknownEvent`, not an error.
    """
    return _EVENT.validate_python(payload)
