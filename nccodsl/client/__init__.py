"""Placing and steering real calls. The modules are imported when they are first used: some of them are heavy."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nccodsl.client.credentials import Credentials, Found, find_credentials
    from nccodsl.client.errors import (
        ApiError,
        BadAddress,
        BadAnswer,
        BadArgument,
        BadCredentials,
        BadJournal,
        BadSettings,
        CannotSettle,
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
    from nccodsl.client.placing import Placed, place, wait_for_end
    from nccodsl.client.results import Accepted, Call, CallPage, CreatedCall
    from nccodsl.client.retrying import Retries
    from nccodsl.client.sending import Timeouts
    from nccodsl.client.settlement import Settled, reconcile, settle_by_hand
    from nccodsl.client.voice import AsyncVoiceClient, VoiceClient

_HOME: dict[str, str] = {
    name: module
    for module, names in {
        "credentials": "Credentials Found find_credentials",
        "errors": "ApiError BadAddress BadAnswer BadArgument BadCredentials BadJournal BadSettings CannotSettle "
        "NotAccepted OutcomeUnknown ReferenceInUse ReferenceUnsettled Refused TooManyRequests Unreachable VoiceError",
        "intents": "Intent",
        "journal": "Journal",
        "placing": "Placed place wait_for_end",
        "results": "Accepted Call CallPage CreatedCall",
        "retrying": "Retries",
        "sending": "Timeouts",
        "settlement": "Settled reconcile settle_by_hand",
        "voice": "AsyncVoiceClient VoiceClient",
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
    "Journal",
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
    "place",
    "reconcile",
    "settle_by_hand",
    "wait_for_end",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
