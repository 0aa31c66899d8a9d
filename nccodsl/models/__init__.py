"""The objects of the Voice API as pydantic models: actions, endpoints, bodies of the create request, webhooks.

::

    from nccodsl.models import Input, InputEvent, Ncco, Talk, parse_event

    Ncco([Talk(text="Press 1.", barge_in=True), Input(type=["dtmf"])]).model_dump_json()
    match parse_event(payload):
        case InputEvent(dtmf=dtmf): ...

Members have Python names in code (`barge_in`, `from_`) and the API's names in JSON (`bargeIn`, `from`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = [
    "AdvancedMachineDetection",
    "AnswerWebhook",
    "AnsweredEvent",
    "App",
    "Authorization",
    "BusyEvent",
    "CallEndpoint",
    "CallPhone",
    "CallSip",
    "CancelledEvent",
    "CompletedEvent",
    "Connect",
    "ConnectEndpoint",
    "ConnectPhone",
    "ConnectSip",
    "Conversation",
    "CreateCallV1",
    "CreateCallV2",
    "DetectionEvent",
    "DisconnectedEvent",
    "DtmfResult",
    "DtmfSettings",
    "ErrorEvent",
    "Event",
    "FailedEvent",
    "FallbackWebhook",
    "From",
    "HumanEvent",
    "Input",
    "InputEvent",
    "LegacyInputEvent",
    "MachineEvent",
    "Ncco",
    "NccoAction",
    "Notify",
    "NotifyEvent",
    "OnAnswer",
    "OriginalRequest",
    "Record",
    "RecordEvent",
    "RejectedEvent",
    "RingingEvent",
    "SpeechAlternative",
    "SpeechResult",
    "SpeechSettings",
    "StandardHeaders",
    "StartedEvent",
    "StatusEvent",
    "Stream",
    "Talk",
    "TimeoutEvent",
    "Transcription",
    "TranscriptionEvent",
    "Transfer",
    "TransferEvent",
    "UnansweredEvent",
    "UnknownEvent",
    "Vbc",
    "Wait",
    "WebhookPayload",
    "Websocket",
    "parse_event",
]

if TYPE_CHECKING:
    from nccodsl.models.actions import (
        Input,
        Ncco,
        NccoAction,
        Notify,
        Wait,
    )
    from nccodsl.models.call_body import (
        CreateCallV1,
        CreateCallV2,
        From,
    )
    from nccodsl.models.endpoints import (
        App,
        Authorization,
        CallEndpoint,
        CallPhone,
        CallSip,
        ConnectEndpoint,
        ConnectPhone,
        ConnectSip,
        OnAnswer,
        StandardHeaders,
        Vbc,
        Websocket,
    )
    from nccodsl.models.events import (
        Event,
        parse_event,
    )
    from nccodsl.models.leg_actions import (
        Connect,
        Conversation,
        Transfer,
    )
    from nccodsl.models.shared_options import (
        AdvancedMachineDetection,
        DtmfSettings,
        SpeechSettings,
        Transcription,
    )
    from nccodsl.models.sound_actions import (
        Record,
        Stream,
        Talk,
    )
    from nccodsl.models.status_events import (
        AnsweredEvent,
        BusyEvent,
        CancelledEvent,
        CompletedEvent,
        DetectionEvent,
        DisconnectedEvent,
        FailedEvent,
        HumanEvent,
        MachineEvent,
        RejectedEvent,
        RingingEvent,
        StartedEvent,
        StatusEvent,
        TimeoutEvent,
        TranscriptionEvent,
        UnansweredEvent,
    )
    from nccodsl.models.webhooks import (
        AnswerWebhook,
        DtmfResult,
        ErrorEvent,
        FallbackWebhook,
        InputEvent,
        LegacyInputEvent,
        NotifyEvent,
        OriginalRequest,
        RecordEvent,
        SpeechAlternative,
        SpeechResult,
        TransferEvent,
        UnknownEvent,
        WebhookPayload,
    )

_HOMES = {
    "actions": (
        "Input",
        "Ncco",
        "NccoAction",
        "Notify",
        "Wait",
    ),
    "call_body": (
        "CreateCallV1",
        "CreateCallV2",
        "From",
    ),
    "endpoints": (
        "App",
        "Authorization",
        "CallEndpoint",
        "CallPhone",
        "CallSip",
        "ConnectEndpoint",
        "ConnectPhone",
        "ConnectSip",
        "OnAnswer",
        "StandardHeaders",
        "Vbc",
        "Websocket",
    ),
    "events": (
        "Event",
        "parse_event",
    ),
    "leg_actions": (
        "Connect",
        "Conversation",
        "Transfer",
    ),
    "shared_options": (
        "AdvancedMachineDetection",
        "DtmfSettings",
        "SpeechSettings",
        "Transcription",
    ),
    "sound_actions": (
        "Record",
        "Stream",
        "Talk",
    ),
    "status_events": (
        "AnsweredEvent",
        "BusyEvent",
        "CancelledEvent",
        "CompletedEvent",
        "DetectionEvent",
        "DisconnectedEvent",
        "FailedEvent",
        "HumanEvent",
        "MachineEvent",
        "RejectedEvent",
        "RingingEvent",
        "StartedEvent",
        "StatusEvent",
        "TimeoutEvent",
        "TranscriptionEvent",
        "UnansweredEvent",
    ),
    "webhooks": (
        "AnswerWebhook",
        "DtmfResult",
        "ErrorEvent",
        "FallbackWebhook",
        "InputEvent",
        "LegacyInputEvent",
        "NotifyEvent",
        "OriginalRequest",
        "RecordEvent",
        "SpeechAlternative",
        "SpeechResult",
        "TransferEvent",
        "UnknownEvent",
        "WebhookPayload",
    ),
}


def __getattr__(name: str) -> Any:
    # Building models takes time, so only those that are asked for are built.
    for module, names in _HOMES.items():
        if name in names:
            from importlib import import_module

            return getattr(import_module(f"nccodsl.models.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
