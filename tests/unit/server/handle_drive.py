"""Drives `handle` with a dict for a store, and plays the platform's part by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import nccodsl
from nccodsl.runtime.handle import handle
from nccodsl.runtime.operations import Find, KeptState, Load, MayStart, Operation, Save, Seal, Version
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.state import State
from nccodsl.runtime.tags import seal_of, tag_of
from nccodsl.runtime.web_requests import Fetch, Fetched, Request
from nccodsl.runtime.webhook import Reply, Webhook

URL = "https://calls.example.com/ivr"
SECRET = b"the secret of a store of these tests"
LEG = {"uuid": "leg-1", "conversation_uuid": "CON-1", "from": "14155550101", "to": "14155550100"}

MENU = """
step main {
  talk "Press 1 or 2." barge_in=true language=en-GB style=3
  input dtmf max_digits=1 {
    on "1" -> sales
    on "2" { talk "Two." }
    retry 2 "Sorry."
    otherwise -> goodbye
  }
  talk "Behind."
}
step sales { talk "Sales, visit {{ visits }}." -> main }
step goodbye { talk "Goodbye." }
"""


def tagged(at: str, n: int = 0, *, route: str = "input", call: str = "leg-1", secret: bytes = SECRET) -> str:
    """The query of an address of a call, as the flow at URL writes it."""
    tag = tag_of(seal_of(secret, f"ivr/{call}"), route, at, n)
    return f"at={at}&n={n}&call={call}&tag={tag}"


class Caller:
    """One flow, and whoever calls it."""

    def __init__(self, text: str, fetcher: Callable[[str], Fetched] | None = None, **values: object) -> None:
        self.script = Runnable(nccodsl.load(text), URL, values)
        self.kept: dict[str, KeptState] = {}
        self.conversations: dict[str, str] = {}
        self.versions: dict[str, Runnable] = {}
        self.operations: list[Operation] = []
        self.outbox: dict[str, Request] = {}
        self.may_start = True
        """Whether the account may start a call, where the script is gated."""
        self._fetcher = fetcher or (lambda _: Fetched(failure="nobody is there"))
        self.reply = Reply(204)

    def send(
        self, route: str, query: Mapping[str, str] | None = None, proof: str = "", received: float = 0.0, **payload: Any
    ) -> Reply:
        """A webhook, and its answer."""
        if route == "resume":
            payload.setdefault("payload", {"at": (query or {}).get("at")})
        handling = handle(self.script, Webhook(route, query or {}, payload, proof, received))
        result: Any = None
        try:
            while True:
                operation = handling.send(result)
                self.operations.append(operation)
                result = self._result(operation)
        except StopIteration as end:
            reply: Reply = end.value
            if reply.body:
                self.reply = reply
            return reply

    def _result(self, operation: Operation) -> Any:
        match operation:
            case Load(key):
                return self.kept.get(key)
            case Save(key, _, revision, conversation, sends=sends):
                there = self.kept.get(key)
                if (there.revision if there else None) != revision:
                    return False
                self.outbox.update({request.key: request for request in sends if request.key not in self.outbox})
                self.kept[key] = KeptState(operation.encoded, (revision or 0) + 1)
                self.conversations[conversation] = key
                return True
            case Seal(key):
                return seal_of(SECRET, f"ivr/{key}")
            case Find(conversation):
                return self.conversations.get(conversation)
            case Fetch(request):
                url = request.url
                return self._fetcher(url)
            case Version(version):
                return self.versions.get(version)
            case MayStart():
                return self.may_start

    # ---- what callers do

    def call(self, query: Mapping[str, str] | None = None) -> Reply:
        return self.send("answer", query, **LEG)

    def address(self, number: int = -1) -> tuple[str, dict[str, str]]:
        """Route and query of one of the addresses in the last NCCO, the last where nothing is said."""
        urls = [action["eventUrl"][0] for action in self.ncco if "eventUrl" in action]
        parts = urlsplit(urls[number])
        return parts.path.rpartition("/")[2], dict(parse_qsl(parts.query))

    def press(self, digits: str) -> Reply:
        return self.send(*self.address(), **LEG, dtmf={"digits": digits, "timed_out": False})

    def say(self, text: str) -> Reply:
        return self.send(*self.address(), **LEG, speech={"results": [{"text": text, "confidence": "0.9"}]})

    def silence(self) -> Reply:
        return self.send(*self.address(), **LEG, dtmf={"digits": "", "timed_out": True})

    @property
    def bodies(self) -> list[object]:
        """The JSON of what was sent, in order."""
        return [json.loads(request.body or "null") for request in self.outbox.values()]

    def ended(self, status: str = "completed", **payload: Any) -> Reply:
        """The call is over."""
        return self.send("event", None, **LEG, status=status, **payload)

    def connected(self, status: str, number: int = -1) -> Reply:
        return self.send(*self.address(number), **{**LEG, "uuid": "leg-2"}, status=status)

    @property
    def ncco(self) -> list[dict[str, Any]]:
        """The last NCCO."""
        document: list[dict[str, Any]] = json.loads(self.reply.body)
        return document

    @property
    def said(self) -> list[str]:
        """The texts of the last NCCO."""
        return [action["text"] for action in self.ncco if action["action"] == "talk"]

    @property
    def state(self) -> State:
        (kept,) = self.kept.values()
        return State.from_bytes(kept.data)
