"""What a store keeps of requests until they are delivered: put in with a state or alone, claimed, and delivered.

Several processes share an outbox: one claims a request for a while, so that a request of a process that is killed is
claimed again. So a request is delivered at least once, and each time with the same key.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

from nccodsl.runtime.web_requests import Request

DELIVERED_WITHIN = 24 * 3600.0
"""Seconds after which a request is given up."""
KEYS_KEPT = 25 * 3600.0
"""Seconds for which the key of a request is known after its delivery: it is not put in again. No call lasts longer."""
GIVEN_UP_KEPT = 30 * 24 * 3600.0
"""Seconds for which a request is kept that was given up."""
_HOST = re.compile(r"[\w.:%-]{1,255}").fullmatch


class Outgoing(NamedTuple):
    """A request in an outbox. All times are in seconds.

    `source` is the script and the key of its call; `request` what `Request.to_json` wrote. `left`: until it is given
    up; `wait`: until the next attempt. `leased`: a process is delivering it.
    """

    key: str
    request: str
    source: str
    age: float
    left: float
    wait: float
    attempts: int
    problem: str = ""
    leased: bool = False
    given_up: bool = False
    host: str = ""


class Claimed(NamedTuple):
    """What was claimed, and in how many seconds the next one is due: None where none is left to deliver."""

    due: tuple[Outgoing, ...]
    wait: float | None


class Outbox(Protocol):
    """An outbox that answers at once. Safe to share between threads. All methods raise BadStore.

    `attempts` is the number that the claim had: what a process says whose lease has expired does not count.
    """

    def enqueue(self, request: Request, source: str) -> bool:
        """Put a request in unless its key is known; whether it was put in."""

    def claim(self, most: int, lease: float, without: Collection[str] = ()) -> Claimed:
        """Take up to so many requests that are due, but those to some hosts; `lease` is in seconds."""

    def delivered(self, key: str) -> None:
        """It is delivered; only its key is kept."""

    def postpone(self, key: str, attempts: int, seconds: float, problem: str) -> None:
        """Try it again in so many seconds."""

    def give_up(self, key: str, attempts: int, problem: str) -> None:
        """Keep it, and try no more."""

    def list(self) -> Sequence[Outgoing]:
        """All that is not delivered, the oldest first; and what was given up."""

    def retry(self, keys: Collection[str] | None = None) -> Sequence[str]:
        """Try these at once, or all, and for another day; the keys that are there."""

    def drop(self, keys: Collection[str] | None = None) -> Sequence[str]:
        """Deliver these no more, or none at all; the keys that were there."""


class AsyncOutbox(Protocol):
    """An outbox that is reached through a network."""

    async def enqueue(self, request: Request, source: str) -> bool: ...

    async def claim(self, most: int, lease: float, without: Collection[str] = ()) -> Claimed: ...

    async def delivered(self, key: str) -> None: ...

    async def postpone(self, key: str, attempts: int, seconds: float, problem: str) -> None: ...

    async def give_up(self, key: str, attempts: int, problem: str) -> None: ...

    async def list(self) -> Sequence[Outgoing]: ...

    async def retry(self, keys: Collection[str] | None = None) -> Sequence[str]: ...

    async def drop(self, keys: Collection[str] | None = None) -> Sequence[str]: ...


class DirectOutbox:
    """An `AsyncOutbox` over one that answers at once."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    async def enqueue(self, request: Request, source: str) -> bool:
        return self._outbox.enqueue(request, source)

    async def claim(self, most: int, lease: float, without: Collection[str] = ()) -> Claimed:
        return self._outbox.claim(most, lease, without)

    async def delivered(self, key: str) -> None:
        self._outbox.delivered(key)

    async def postpone(self, key: str, attempts: int, seconds: float, problem: str) -> None:
        self._outbox.postpone(key, attempts, seconds, problem)

    async def give_up(self, key: str, attempts: int, problem: str) -> None:
        self._outbox.give_up(key, attempts, problem)

    async def list(self) -> Sequence[Outgoing]:
        return self._outbox.list()

    async def retry(self, keys: Collection[str] | None = None) -> Sequence[str]:
        return self._outbox.retry(keys)

    async def drop(self, keys: Collection[str] | None = None) -> Sequence[str]:
        return self._outbox.drop(keys)


def host_of(url: str) -> str:
    """The host of an address; an empty text for what is no host, which may come from a caller and gets into logs."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host if _HOST(host) else ""


def keyed(requests: Sequence[Request]) -> Sequence[Request]:
    """The requests. Raises ValueError for one without a key, which could be put in twice."""
    if not all(request.key for request in requests):
        raise ValueError("a request for the outbox has no key")
    return requests
