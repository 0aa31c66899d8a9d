"""What events tell of a call: its leg, its conversation, who calls whom."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from nccodsl.base.strict_json import read_strict_json
from nccodsl.runtime.event import Event
from nccodsl.runtime.state import State, plain


def leg_of(event: Event) -> str:
    """The leg that an event is about; empty where it does not say."""
    leg = event.payload.get("uuid") or event.payload.get("call_uuid")
    return leg if isinstance(leg, str) else ""


def informed(state: State, event: Event) -> State:
    """The state with what an event tells of the call. Of ours, a connected leg knows the conversation alone."""
    if event.kind == "fetched":
        return state
    payload = event.payload
    leg = leg_of(event)
    if event.kind in ("connect", "resume"):
        conversation = payload.get("conversation_uuid")
        if state.call.get("conversation_uuid") or not isinstance(conversation, str) or not conversation:
            return state
        return state.changed(call={**state.call, "conversation_uuid": conversation})
    if event.kind == "status" and state.call.get("uuid", leg) != leg:
        return state
    call = dict(state.call)
    for name, value in (
        ("uuid", leg),
        ("conversation_uuid", payload.get("conversation_uuid")),
        ("direction", payload.get("direction")),
    ):
        if not isinstance(value, str) or not value:
            continue
        if name == "conversation_uuid" and leg and leg == call.get("uuid"):
            call[name] = value  # its own leg says where it is now
        else:
            call.setdefault(name, value)
    if event.kind == "answer" and (more := _of_caller(payload)):
        call = {**more, **call}
    caller = state.caller or _text(payload, "from", "from_user")
    callee = state.callee or _text(payload, "to")
    if call == state.call and caller == state.caller and callee == state.callee:
        return state
    return state.changed(call=call, caller=caller, callee=callee)


_SIP_HEADER = "SipHeader_"


def _of_caller(payload: Mapping[str, Any]) -> dict[str, object]:
    """What calls of SIP and of the Client SDK bring besides (webhook reference); texts where it came by GET."""
    found: dict[str, object] = {}
    if isinstance(user := payload.get("from_user"), str) and user:
        found["from_user"] = user
    data = payload.get("custom_data")
    if isinstance(data, str):
        with suppress(ValueError):
            data = read_strict_json(data)
    if isinstance(data, dict) and data:
        found["custom_data"] = plain(data)
    headers = {name.removeprefix(_SIP_HEADER): value for name, value in payload.items() if name.startswith(_SIP_HEADER)}
    if headers:
        found["headers"] = plain(headers)
    return found


def _text(payload: Mapping[str, Any], *names: str) -> str:
    for name in names:
        value = payload.get(name)
        if isinstance(value, str | int) and str(value):
            return str(value)
    return ""
