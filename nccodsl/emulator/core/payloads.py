"""What webhooks and the API say of legs (webhook reference, Voice API reference)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from nccodsl.base.main_members import MAIN_MEMBERS
from nccodsl.base.utc import utc_text as utc_text
from nccodsl.emulator.core.endpoint_names import endpoint_value
from nccodsl.emulator.core.legs import Leg

RATE_A_MINUTE = 0.01
NETWORK = "00101"  # the test network of ITU-T E.212: this is no real price list


def list_time(epoch: float) -> str:
    """`YYYY-MM-DD HH:MM:SS`, as call objects have it."""
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%d %H:%M:%S")


def status_event(leg: Leg, status: str, now: float) -> dict[str, Any]:
    """The fields that all events of a call have in common."""
    return {
        "headers": leg.endpoint.get("headers") or {},
        "from": leg.caller,
        "to": leg.callee_number,
        "uuid": leg.uuid,
        "conversation_uuid": leg.conversation.uuid,
        "status": status,
        "direction": leg.direction,
        "timestamp": utc_text(now),
    }


def disconnected(leg: Leg, now: float) -> dict[str, Any]:
    """The server of a WebSocket has closed it."""
    event = status_event(leg, "disconnected", now)
    del event["direction"]
    return event


def input_event(leg: Leg, collected: dict[str, Any], now: float) -> dict[str, Any]:
    """What an `input` collected."""
    event = status_event(leg, "", now)
    del event["status"], event["headers"], event["direction"]
    return {**event, **collected}


def old_input_event(leg: Leg, collected: dict[str, Any], now: float) -> dict[str, Any]:
    """The same of an `input` without `type`, as it was before inputs had one (webhook reference of 2020)."""
    return {
        "uuid": leg.uuid,
        "conversation_uuid": leg.conversation.uuid,
        "dtmf": collected["dtmf"]["digits"],
        "timed_out": collected["dtmf"]["timed_out"],
        "timestamp": utc_text(now),
    }


def answered_extra(now: float) -> dict[str, Any]:
    return {"start_time": None, "rate": "", "network": None}


def completed_extra(leg: Leg, epoch: float) -> dict[str, Any]:
    """What `completed` adds: times, length and price, numbers as strings."""
    assert leg.ended_at is not None
    talked = leg.ended_at - leg.answered_at if leg.answered_at is not None else 0.0
    return {
        "start_time": utc_text(epoch + leg.answered_at) if leg.answered_at is not None else None,
        "end_time": utc_text(epoch + leg.ended_at),
        "duration": str(round(talked)),
        "rate": f"{RATE_A_MINUTE:.8f}",
        "price": f"{RATE_A_MINUTE * talked / 60:.8f}",
        "network": NETWORK,
        "disconnected_by": leg.ended_by or "platform",
    }


def answer_request(leg: Leg, region_url: str) -> dict[str, Any]:
    """The parameters of an answer webhook."""
    caller = {"from_user": leg.caller} if leg.endpoint.get("type") == "app" and leg.direction == "inbound" else None
    return {
        "to": leg.callee_number,
        **(caller or {"from": leg.caller}),
        "endpoint_type": str(leg.endpoint.get("type", "phone")),
        "uuid": leg.uuid,
        "conversation_uuid": leg.conversation.uuid,
        "region_url": region_url,
    }


def call_object(leg: Leg, epoch: float) -> dict[str, Any]:
    """A leg as `GET /v1/calls/{uuid}` shows it."""
    known = {
        "_links": {"self": {"href": f"/calls/{leg.uuid}"}},
        "uuid": leg.uuid,
        "conversation_uuid": leg.conversation.uuid,
        "to": _side(leg, to=True),
        "from": _side(leg, to=False),
        # The events of a busy line end with `completed`; the list can be searched for `busy`, so it keeps that.
        "status": leg.outcome or leg.status,
        "direction": leg.direction,
    }
    if leg.ended_at is None:
        return known
    talked = leg.ended_at - leg.answered_at if leg.answered_at is not None else 0.0
    return known | {
        "rate": f"{RATE_A_MINUTE:.8f}",
        "price": f"{RATE_A_MINUTE * talked / 60:.8f}",
        "duration": str(round(talked)),
        "start_time": list_time(epoch + (leg.answered_at if leg.answered_at is not None else leg.created_at)),
        "end_time": list_time(epoch + leg.ended_at),
        "network": NETWORK,
    }


def _side(leg: Leg, *, to: bool) -> dict[str, Any]:
    outbound = leg.direction == "outbound"
    if to is outbound:
        kind = str(leg.endpoint.get("type", "phone"))
        member = MAIN_MEMBERS.get(kind, "number")
        return {"type": kind, member: endpoint_value(leg.endpoint)}
    return {"type": "phone", "number": leg.callee_number if to else leg.caller}
