"""What a test that fails does not show of requests and notices: the members that are made of private values."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from nccodsl.analysis.item_walks import action_of, every_item
from nccodsl.analysis.program import NO_BODY, Program, WaitItem, holes_in
from nccodsl.emulator.core.timeline import Emulated
from nccodsl.lowering.compiled import Compiled
from nccodsl.runtime.web_requests import FORM_BODY, Request

HIDDEN = "…"
_ALL = ""
# Stands for the members of a body whose names are not known before it is computed.


def shown_request(flow: Compiled, request: Request) -> str:
    """A request in words: method, address and body."""
    told = f"{request.method} {request.url}"
    if request.body is None:
        return told
    hidden = _hidden(flow)
    if not hidden:
        return f"{told} {request.body}"
    form = request.content_type == FORM_BODY
    body = dict(parse_qsl(request.body, keep_blank_values=True)) if form else json.loads(request.body)
    return f"{told} {json.dumps(_without(body, hidden), ensure_ascii=False)}"


def shown_notice(flow: Compiled, payload: object) -> object:
    """The payload of a notice."""
    hidden = _hidden(flow)
    return _without(payload, hidden) if hidden else payload


def shown_call(flow: Compiled, call: Emulated) -> dict[str, Any]:
    """A call as JSON data, with its notices as they are shown."""
    shown = call.to_json()
    hidden = _hidden(flow)
    for entry in shown["timeline"] if hidden else ():
        payload = entry.get("data", {}).get("payload")
        if isinstance(payload, Mapping) and "payload" in payload:
            notice = {**payload, "payload": _without(payload["payload"], hidden)}
            entry["data"] = {**entry["data"], "payload": notice}
    return shown


def _without(body: object, hidden: frozenset[str]) -> object:
    if not isinstance(body, Mapping) or _ALL in hidden:
        return HIDDEN
    return {name: HIDDEN if name in hidden else value for name, value in body.items()}


def _hidden(flow: Compiled) -> frozenset[str]:
    """The names of members of which one is made of a private value, in any statement of the script."""
    private = flow.private_names
    if not private:
        return frozenset()
    found = set()
    for body in _bodies(flow.program):
        members = body if isinstance(body, Mapping) else {_ALL: body}
        for name, value in members.items():
            if any(use.name in private for hole in holes_in(value) for use in hole.code.names):
                found.add(str(name))
    return frozenset(found)


def _bodies(program: Program) -> Iterator[object]:
    for item in every_item(program.steps, program.handlers):
        if isinstance(item, WaitItem) and item.request is not None and item.request.body is not NO_BODY:
            yield item.request.body
        action = action_of(item)
        if action is not None and "payload" in action.draft:
            yield action.draft["payload"]
