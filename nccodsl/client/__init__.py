"""Placing and controlling real calls. The modules are imported on first use, because some of them are heavy."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nccodsl.client.credentials import Credentials, Found, find_credentials
    from nccodsl.client.dial_once import Placed, place, transfer_call, wait_for_end
    from nccodsl.client.failures import (
        ApiError,
        BadAddress,
        BadAnswer,
        BadArgument,
        BadCredentials,
        BadJournal,
        BadSettings,
        CannotSettle,
        JournalAway,
        NotAccepted,
        OutcomeUnknown,
        ReferenceInUse,
        ReferenceUnsettled,
        Refused,
        TooManyRequests,
        Unreachable,
        VoiceError,
    )
    from nccodsl.client.intents import Intent
    from nccodsl.client.journal import Journal
    from nccodsl.client.open_journal import open_journal
    from nccodsl.client.results import Accepted, Call, CallPage, CreatedCall
    from nccodsl.client.retry import Retries
    from nccodsl.client.send import Timeouts
    from nccodsl.client.settlement import Settled, reconcile, settle_by_hand
    from nccodsl.client.start_turn import InterruptedWait
    from nccodsl.client.voice_client import AsyncVoiceClient, VoiceClient

_HOME: dict[str, str] = {
    name: module
    for module, names in {
        "credentials": "Credentials Found find_credentials",
        "failures": "ApiError BadAddress BadAnswer BadArgument BadCredentials BadJournal BadSettings CannotSettle "
        "JournalAway NotAccepted OutcomeUnknown ReferenceInUse ReferenceUnsettled Refused TooManyRequests Unreachable "
        "VoiceError",
        "intents": "Intent",
        "journal": "Journal",
        "open_journal": "open_journal",
        "dial_once": "Placed place transfer_call wait_for_end",
        "results": "Accepted Call CallPage CreatedCall",
        "retry": "Retries",
        "send": "Timeouts",
        "settlement": "Settled reconcile settle_by_hand",
        "start_turn": "InterruptedWait",
        "voice_client": "AsyncVoiceClient VoiceClient",
    }.items()
    for name in names.split()
}

__all__ = [
    "Accepted",
    "ApiError",
    "AsyncVoiceClient",
    "BadAddress",
    "BadAnswer",
    "BadArgument",
    "BadCredentials",
    "BadJournal",
    "BadSettings",
    "Call",
    "CallPage",
    "CannotSettle",
    "CreatedCall",
    "Credentials",
    "Found",
    "Intent",
    "InterruptedWait",
    "Journal",
    "JournalAway",
    "NotAccepted",
    "OutcomeUnknown",
    "Placed",
    "ReferenceInUse",
    "ReferenceUnsettled",
    "Refused",
    "Retries",
    "Settled",
    "Timeouts",
    "TooManyRequests",
    "Unreachable",
    "VoiceClient",
    "VoiceError",
    "find_credentials",
    "open_journal",
    "place",
    "reconcile",
    "settle_by_hand",
    "transfer_call",
    "wait_for_end",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
