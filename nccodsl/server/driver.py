"""Whoever asks `handling.handle` for an answer does what it yields: here, with a store and a client for fetches.

There is one driver. It is a coroutine; over a store that answers at once it never waits but for fetches and turns,
and with those that block a thread instead it runs without any loop (`now`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple, Protocol, TypeVar

from nccodsl.base.ids import is_id
from nccodsl.runtime.handle import handle
from nccodsl.runtime.operations import Fetch, Fetched, Find, KeptState, Load, Save, Seal
from nccodsl.runtime.runnable import LONGEST_FETCH, Runnable
from nccodsl.runtime.state import BadState, State
from nccodsl.runtime.tags import seal_of
from nccodsl.runtime.versions import rebuilt, texts_of
from nccodsl.runtime.webhook import Reply, Webhook
from nccodsl.server.fetch import TOO_LATE, Brought
from nccodsl.server.state_key import space_of
from nccodsl.server.stores.base import REMINDED, AsyncStore
from nccodsl.server.turns import Turns

MOST_VERSIONS = 32
"""Older versions of scripts that are kept ready; others are built again from the store."""
_SHORTEST_FETCH = 0.02
_T = TypeVar("_T")


class Fetches(Protocol):
    """Who gets what stands at an address."""

    async def fetch(self, url: str, timeout: float) -> Brought:
        """Whatever happens, within `timeout` seconds. Raises nothing."""


class Watch(Protocol):
    """Who counts."""

    def fetched(self, flow: str, outcome: str) -> None: ...

    def began(self, flow: str) -> None: ...

    def ended(self, flow: str) -> None: ...


class Handled(NamedTuple):
    """What became of a webhook. `script` is the version that answered it.

    `before` is the state of the call as it was, and `after` as it was saved; None where there was none, and nothing
    was saved. `fetched` is what was fetched for the answer, in order.
    """

    script: Runnable
    webhook: Webhook
    reply: Reply
    before: bytes | None = None
    after: bytes | None = None
    fetched: tuple[Fetched, ...] = ()


class Observer(Protocol):
    """Who sees what became of each webhook, such as one that records calls."""

    def handled(self, handled: Handled) -> None:
        """A webhook was answered; webhooks of one call come one after the other. Raises nothing."""


class Driver:
    """Handles webhooks of any number of scripts over one store."""

    def __init__(
        self,
        store: AsyncStore,
        fetches: Fetches,
        turns: Turns,
        watch: Watch | None = None,
        clock: Callable[[], float] = time.monotonic,
        observer: Observer | None = None,
    ) -> None:
        self._store = store
        self._fetches = fetches
        self._turns = turns
        self._watch = watch
        self._clock = clock
        self._observer = observer
        self._older: dict[tuple[str, str], Runnable] = {}
        self._kept: dict[str, float] = {}

    async def begin(self, script: Runnable) -> None:
        """Keep the text of a script that will be served. Raises BadStore."""
        await self._remind(script)

    def retire(self, script: Runnable) -> None:
        """A script that others take the place of: its calls go on by it."""
        self._older.pop((script.url, script.version), None)
        self._older[script.url, script.version] = script
        while len(self._older) > MOST_VERSIONS:
            del self._older[next(iter(self._older))]

    async def handle(self, script: Runnable, webhook: Webhook) -> Reply:
        """The answer to a webhook. Raises BadStore."""
        began = self._clock()
        space = space_of(script)
        handling = handle(script, webhook)
        held = ""
        kept: KeptState | None = None
        saved: bytes | None = None
        fetched: list[Fetched] = []
        own = script
        result: Any = None
        try:
            while True:
                operation = handling.send(result)
                if isinstance(operation, Load):
                    key = space + operation.key
                    if key != held:
                        # One turn at a time, or two webhooks could wait for each other.
                        if held:
                            self._turns.give(held)
                            held = ""
                        await self._turns.take(key)
                        held = key
                    kept = result = await self._store.load(key)
                    fetched = []
                elif isinstance(operation, Save):
                    await self._remind(own)
                    result = await self._save(space, operation)
                    if result:
                        saved = operation.data
                        self._count(space, operation, kept)
                elif isinstance(operation, Find):
                    found = await self._store.find(space + operation.conversation)
                    result = found.removeprefix(space) if found is not None else None
                elif isinstance(operation, Seal):
                    result = seal_of(await self._store.secret(), space + operation.key)
                elif isinstance(operation, Fetch):
                    result = await self._fetch(space, operation, began)
                    fetched.append(result)
                else:
                    result = await self._version(script, operation.version)
                    own = result or script
        except StopIteration as done:
            reply: Reply = done.value
            if self._observer is not None:
                before = kept.data if kept is not None else None
                self._observer.handled(Handled(own, webhook, reply, before, saved, tuple(fetched)))
            return reply
        finally:
            if held:
                self._turns.give(held)

    async def _save(self, space: str, save: Save) -> bool:
        conversation = space + save.conversation if is_id(save.conversation) else ""
        return await self._store.save(space + save.key, save.data, save.revision, conversation, ended=save.ended)

    async def _remind(self, own: Runnable) -> None:
        """No state outlives the text of its script."""
        now = self._clock()
        if now - self._kept.get(own.version, -REMINDED) >= REMINDED:
            await self._store.keep(own.version, texts_of(own.flow))
            # Not before: where it fails, the next saving does it.
            self._kept[own.version] = now

    async def _fetch(self, space: str, fetch: Fetch, began: float) -> Fetched:
        left = LONGEST_FETCH - (self._clock() - began)
        brought = TOO_LATE
        if left > _SHORTEST_FETCH:
            brought = await self._fetches.fetch(fetch.url, min(fetch.timeout, left))
        if self._watch is not None:
            self._watch.fetched(space[:-1], brought.outcome)
        return brought.fetched

    def _count(self, space: str, save: Save, before: KeptState | None) -> None:
        if self._watch is None:
            return
        if save.revision is None:
            self._watch.began(space[:-1])
        if save.ended and not _was_ended(before):
            self._watch.ended(space[:-1])

    async def _version(self, like: Runnable, version: str) -> Runnable | None:
        known = self._older.get((like.url, version))
        if known is None:
            texts = await self._store.texts(version)
            known = rebuilt(texts, like, version) if texts is not None else None
            if known is not None:
                self.retire(known)
        return known


def _was_ended(kept: KeptState | None) -> bool:
    if kept is None:
        return False
    try:
        return State.from_bytes(kept.data).ended
    except BadState:
        return True


def now(work: Coroutine[Any, Any, _T]) -> _T:
    """The result of a coroutine all of whose parts block their thread: it waits for no loop."""
    try:
        work.send(None)
    except StopIteration as done:
        result: _T = done.value
        return result
    work.close()
    raise RuntimeError("a part of this waits for a loop")
