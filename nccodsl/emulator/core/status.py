"""A leg changes its status, and its event address learns of it (webhook reference)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nccodsl.emulator.core import payloads
from nccodsl.emulator.core.legs import Leg, Platform
from nccodsl.emulator.core.option_values import NOTHING


def change(network: Platform, leg: Leg, status: str, extra: Mapping[str, Any] = NOTHING) -> None:
    """Note a status and tell it, with `extra` members."""
    mark(leg, status)
    if leg.event_hook is not None:
        network.tell("event", leg, leg.event_hook, status_event(network, leg, status, extra))


def mark(leg: Leg, status: str, detail: object = None) -> None:
    """Note a status that is not sent yet."""
    leg.status = status
    leg.log("status", f"{status} ({detail})" if detail else status, {"status": status})


def status_event(network: Platform, leg: Leg, status: str, extra: Mapping[str, Any] = NOTHING) -> dict[str, Any]:
    """The payload that tells of a status."""
    return {**payloads.status_event(leg, status, network.now), **extra}
