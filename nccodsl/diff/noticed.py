"""What is noticed outside of a script: the actions of an NCCO and requests, without what is internal to a version."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from nccodsl.base.record import Record
from nccodsl.base.source import Span
from nccodsl.runtime.state import State
from nccodsl.runtime.web_requests import Request, SecretName

URL = "https://compared.invalid/script"
"""Where both versions are: what is written into NCCOs must not differ."""
PLACED, ENDS, STOPS, FETCH, SEND, WHISPER, STAYS = "placed", "ends", "stops", "fetch", "send", "whisper", "stays"
"""Kinds besides the names of actions: the call is placed, ends, or fails; requests; what a callee hears; nothing
happens."""


class Noticed(Record):
    """One thing that is noticed. `kind`: the name of an action, or one of the names above. `value`: its JSON data.

    `occasion`: when it happens, if that is not in the order of the call. Where the script says so is `span`, or has
    still to be looked for: the action with the number `number` of the NCCO of a `state`.
    """

    _ignored = frozenset(("span", "state", "number"))

    kind: str
    value: Mapping[str, Any]
    occasion: str = ""
    span: Span | None = None
    state: State | None = None
    number: int = 0

    @property
    def key(self) -> str:
        """Two things are the same where this is."""
        return f"{self.kind}\0{self.occasion}\0{json.dumps(self.value, sort_keys=True, ensure_ascii=False)}"


def written_action(action: Mapping[str, Any], state: State, number: int) -> tuple[Noticed, str]:
    """An action without the addresses of the script, and the wait that its events belong to (empty: none of it).

    What stands behind the addresses is compared instead of them.
    """
    members = dict(action)
    wait = _wait_of(members.get("eventUrl"))
    if wait:
        for name in ("eventUrl", "eventMethod", *(("eventType",) if action["action"] == "connect" else ())):
            members.pop(name, None)
    transcription = members.get("transcription")
    if isinstance(transcription, dict) and (transcribed := _wait_of(transcription.get("eventUrl"))):
        wait = wait or transcribed
        members["transcription"] = {name: one for name, one in transcription.items() if name != "eventUrl"}
    endpoints = members.get("endpoint")
    if isinstance(endpoints, list):
        members["endpoint"] = [_without_whisper(one) for one in endpoints]
    kind = str(members.pop("action"))
    return Noticed(kind, members, state=state, number=number), wait


def resumes(action: Mapping[str, Any]) -> bool:
    """Whether an action only asks the script how the call goes on."""
    return action.get("action") == "notify" and _route_of(action.get("eventUrl")) == "resume"


def requested(
    kind: str, request: Request, span: Span | None, occasion: str = "", timeout: float | None = None
) -> Noticed:
    """A request to another system. Its idempotency key is left out: it only tells requests apart."""
    value: dict[str, Any] = {"method": request.method, "url": request.url}
    if request.headers:
        value["headers"] = {name: "".join(map(_piece, pieces)) for name, pieces in request.headers}
    if request.body is not None:
        value["body"] = _read(request.body) if request.content_type.endswith("json") else request.body
        value["type"] = request.content_type
    if timeout is not None:
        value["timeout"] = timeout
    return Noticed(kind, value, occasion, span)


def placed_body(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a create request without its NCCO and the addresses of the script."""
    own = {name for name in ("answer_url", "event_url") if _route_of(body.get(name))}
    members = {name: one for name, one in body.items() if name not in ("ncco", *own)}
    return members | ({"first_ncco": "asked for by a webhook"} if "answer_url" in own else {})


def _without_whisper(endpoint: object) -> object:
    answered = endpoint.get("onAnswer") if isinstance(endpoint, dict) else None
    if not isinstance(endpoint, dict) or not isinstance(answered, dict) or not _route_of(answered.get("url")):
        return endpoint
    rest = {name: one for name, one in answered.items() if name != "url"}
    others = {name: one for name, one in endpoint.items() if name != "onAnswer"}
    return {**others, "onAnswer": rest} if rest else others


def _wait_of(address: object) -> str:
    """The wait in an address of the script; empty for any other address."""
    if not _route_of(address):
        return ""
    text = address[0] if isinstance(address, list) else address
    return parse_qs(urlsplit(str(text)).query).get("at", [""])[0]


def _route_of(address: object) -> str:
    """The route of an address of the script, which may stand in a list; empty for any other."""
    text = address[0] if isinstance(address, list) and len(address) == 1 else address
    if not isinstance(text, str) or not text.startswith(f"{URL}/"):
        return ""
    return urlsplit(text).path.rpartition("/")[2]


def _piece(piece: str | SecretName) -> str:
    return f"{{secret {piece.name}}}" if isinstance(piece, SecretName) else piece


def _read(body: str) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return body
