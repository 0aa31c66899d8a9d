"""Requests to other systems, as a flow asks for them: by `fetch`, and by `send`. Pure, and without any secret.

A header holds the name of a secret, never its value: who makes the request looks it up (server/secret_values.py). So no
state, history, timeline or outbox can contain one.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, NamedTuple

from nccodsl.base.http_rules import LONGEST_FETCH

JSON_BODY = "application/json"
FORM_BODY = "application/x-www-form-urlencoded"


PLATFORM_TOKEN = "@platform"
"""The name that stands for a token of the application, with which what the platform keeps is asked for."""


def within_fetch(seconds: object) -> float:
    """A `timeout` as a time that a fetch may take: the longest, where it is not a time."""
    if isinstance(seconds, int | float) and not isinstance(seconds, bool) and seconds > 0:
        return min(float(seconds), LONGEST_FETCH)
    return LONGEST_FETCH


class SecretName(NamedTuple):
    """Stands in a header for the value of a secret."""

    name: str


HeaderValue = tuple[str | SecretName, ...]
"""The pieces of a header's value, in order."""


class Request(NamedTuple):
    """A request. `headers` are names, as the script writes them, with their values.

    `body` is what is sent, None without a body, and `content_type` its type. `key` is the `Idempotency-Key`, empty
    where none is sent. `free_host`: the host comes from a value, so that it may be no address of this machine or of a
    private network.
    """

    url: str
    method: str = "GET"
    headers: tuple[tuple[str, HeaderValue], ...] = ()
    body: str | None = None
    content_type: str = ""
    key: str = ""
    free_host: bool = False

    @property
    def secrets(self) -> frozenset[str]:
        """The names of the secrets that its headers need."""
        return frozenset(piece.name for _, value in self.headers for piece in value if isinstance(piece, SecretName))

    def to_json(self) -> str:
        """Compact JSON: the names of secrets, and what is at its default left out."""
        members: dict[str, Any] = {"url": self.url, "method": self.method}
        if self.headers:
            members["headers"] = [
                [name, [{"secret": piece.name} if isinstance(piece, SecretName) else piece for piece in value]]
                for name, value in self.headers
            ]
        rest = {"body": self.body, "type": self.content_type, "key": self.key, "free_host": self.free_host}
        members |= {name: value for name, value in rest.items() if value or (name == "body" and value is not None)}
        return json.dumps(members, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Request:
        """What `to_json` wrote. Raises ValueError."""
        try:
            members = json.loads(text)
            headers = tuple(
                (str(name), tuple(_piece(piece) for piece in value)) for name, value in members.get("headers", ())
            )
            made = cls(
                url=members["url"],
                method=members["method"],
                headers=headers,
                body=members.get("body"),
                content_type=members.get("type", ""),
                key=members.get("key", ""),
                free_host=members.get("free_host", False),
            )
        except (TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ValueError(f"no request: {error}") from None
        texts = (made.url, made.method, made.body or "", made.content_type, made.key)
        if not all(isinstance(text, str) for text in texts):
            raise ValueError("no request: a member is not a text")
        return made


class Fetch(NamedTuple):
    """Make a request that JSON answers. Result: `Fetched`; whatever happens, within `timeout` seconds."""

    request: Request
    timeout: float


class Fetched(NamedTuple):
    """What came back: `value` is the JSON of a 2xx answer (None: it has no body); `failure` says why it is missing.

    `outcome` is what a branch may name: empty where it succeeded, the status (`404`), `timeout`, or `error`.
    """

    value: object = None
    failure: str = ""
    outcome: str = ""


def idempotency_key(call: str, statement: str, moves: int, occasion: str = "") -> str:
    """The key of the request that a statement makes in a move of a call: the same however often it is made.

    `occasion` tells apart what a statement does more than once in a move, such as for two recordings.
    """
    of = f"{call}\0{statement}\0{moves}" + (f"\0{occasion}" if occasion else "")
    return hashlib.sha256(of.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _piece(piece: Any) -> str | SecretName:
    return SecretName(str(piece["secret"])) if isinstance(piece, dict) else str(piece)
