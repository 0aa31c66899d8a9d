"""What a store is, and how one is named.

A state is saved with compare-and-set: a save says which revision was read, and learns whether another
was quicker. So no lock outlives a process, and several processes may share a store.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import NamedTuple, Protocol, TypedDict

from nccodsl.runtime.operations import KeptState
from nccodsl.runtime.web_requests import Request
from nccodsl.server.refusals import BadStore
from nccodsl.server.stores.outbox import AsyncOutbox, DirectOutbox, Outbox
from nccodsl.server.stores.suppressions import AsyncSuppressions, DirectSuppressions, Suppressions

Texts = tuple[tuple[str, str], ...]
"""Name and text of a script and of each file that it includes, in the order in which they were read."""

AFTER_END = 10 * 60.0
"""Seconds for which the state of a call is kept that is over: late webhooks still come."""
AFTER_LAST = 25 * 3600.0
"""Seconds for which a state is kept after it was last saved; no call lasts longer than a day."""
VERSIONS = AFTER_LAST + 2 * 3600.0
"""Seconds for which the texts of a version are kept after `keep` was last called for it.

A server that saves states of a version calls it once in `REMINDED` seconds, so that no state outlives its script.
"""
REMINDED = 3600.0


class Saving(NamedTuple):
    """What `Store.save` is called with."""

    key: str
    data: bytes
    revision: int | None
    conversation: str = ""
    ended: bool = False
    sends: Sequence[Request] = ()
    opt_outs: Sequence[tuple[str, str]] = ()


class Store(Protocol):
    """A store that answers at once, in this process or on this machine. Safe to share between threads.

    All methods raise BadStore. `outbox` keeps what is sent to other systems; scripts that send nothing need none, and
    no `sends` either. `suppressions` and `opt_outs` are for scripts with `opt_out`.
    """

    @property
    def outbox(self) -> Outbox: ...

    @property
    def suppressions(self) -> Suppressions: ...

    def load(self, key: str) -> KeptState | None:
        """What is kept under a key, unless it has expired."""

    def save(
        self,
        key: str,
        data: bytes,
        revision: int | None,
        conversation: str = "",
        *,
        ended: bool = False,
        sends: Sequence[Request] = (),
        opt_outs: Sequence[tuple[str, str]] = (),
    ) -> bool:
        """Keep `data` if `revision` is what is there (None: nothing); whether it was.

        In the same transaction `sends` go into the outbox, and `opt_outs`, numbers with reasons, are suppressed.
        """

    def find(self, conversation: str) -> str | None:
        """The key of the state of a conversation that was saved last."""

    def keep(self, version: str, texts: Texts) -> None:
        """Keep the texts of a version, or keep them for longer."""

    def texts(self, version: str) -> Texts | None:
        """The texts of a version."""

    def secret(self) -> bytes:
        """What the keys of all calls are made of (tags.py): one secret for all who share the store."""

    def tend(self) -> None:
        """Called by a server about once a second, also where no webhook comes: time to look after what it holds."""

    def close(self) -> None:
        """Let go of what it holds."""


class AsyncStore(Protocol):
    """A store that is reached through a network."""

    @property
    def outbox(self) -> AsyncOutbox: ...

    @property
    def suppressions(self) -> AsyncSuppressions: ...

    async def load(self, key: str) -> KeptState | None: ...

    async def save(
        self,
        key: str,
        data: bytes,
        revision: int | None,
        conversation: str = "",
        *,
        ended: bool = False,
        sends: Sequence[Request] = (),
        opt_outs: Sequence[tuple[str, str]] = (),
    ) -> bool: ...

    async def find(self, conversation: str) -> str | None: ...

    async def keep(self, version: str, texts: Texts) -> None: ...

    async def texts(self, version: str) -> Texts | None: ...

    async def secret(self) -> bytes: ...

    async def tend(self) -> None: ...

    async def close(self) -> None: ...


def has_outbox(store: Store | AsyncStore) -> bool:
    """Whether requests can be saved with a state: a store that was written for older versions has no outbox."""
    return _saves(store, "outbox", "sends")


def has_suppressions(store: Store | AsyncStore) -> bool:
    """Whether numbers can be suppressed with a state, as `has_outbox` says of requests."""
    return _saves(store, "suppressions", "opt_outs")


def _saves(store: Store | AsyncStore, holds: str, argument: str) -> bool:
    if getattr(store, holds, None) is None:
        return False
    save = inspect.signature(store.save).parameters
    return argument in save or any(one.kind is inspect.Parameter.VAR_KEYWORD for one in save.values())


def need_outbox(store: Store | AsyncStore) -> None:
    """Raise BadStore where there is something to send, and no outbox."""
    if not has_outbox(store):
        raise BadStore(
            f"a store of type `{type(store).__name__}` cannot keep requests to other systems",
            "give the store `save(…, sends=())` and an `outbox`, or use SqliteStore or PostgresStore",
        )


class Besides(TypedDict, total=False):
    """What is saved with a state besides, as arguments: only what there is, since not every store knows it."""

    sends: Sequence[Request]
    opt_outs: Sequence[tuple[str, str]]


def besides(sends: Sequence[Request], opt_outs: Sequence[tuple[str, str]]) -> Besides:
    """The arguments."""
    more = Besides()
    if sends:
        more["sends"] = sends
    if opt_outs:
        more["opt_outs"] = opt_outs
    return more


def need(store: Store | AsyncStore, more: Besides) -> None:
    """Raise BadStore where a store cannot save what `besides` says."""
    if "sends" in more:
        need_outbox(store)
    if "opt_outs" in more and not has_suppressions(store):
        raise BadStore(
            f"a store of type `{type(store).__name__}` cannot suppress numbers",
            "give the store `save(…, opt_outs=())` and `suppressions`, or use SqliteStore or PostgresStore",
        )


class Direct:
    """An `AsyncStore` over a store that answers at once: it never waits, and so never changes threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        # None is for a store of older versions: what needs an outbox asks first.
        self.outbox: AsyncOutbox = DirectOutbox(store.outbox) if has_outbox(store) else None  # type: ignore[assignment]
        self.suppressions: AsyncSuppressions = (
            DirectSuppressions(store.suppressions) if has_suppressions(store) else None  # type: ignore[assignment]
        )

    async def load(self, key: str) -> KeptState | None:
        return self._store.load(key)

    async def save(
        self,
        key: str,
        data: bytes,
        revision: int | None,
        conversation: str = "",
        *,
        ended: bool = False,
        sends: Sequence[Request] = (),
        opt_outs: Sequence[tuple[str, str]] = (),
    ) -> bool:
        more = besides(sends, opt_outs)
        need(self._store, more)
        return self._store.save(key, data, revision, conversation, ended=ended, **more)

    async def find(self, conversation: str) -> str | None:
        return self._store.find(conversation)

    async def keep(self, version: str, texts: Texts) -> None:
        self._store.keep(version, texts)

    async def texts(self, version: str) -> Texts | None:
        return self._store.texts(version)

    async def secret(self) -> bytes:
        return self._store.secret()

    async def tend(self) -> None:
        self._store.tend()

    async def close(self) -> None:
        self._store.close()
