"""`handle` yields what is to be done for an answer: it is done here, with a store and a client for fetches.

There is one driver. It is a coroutine; over a store that answers at once it never waits but for fetches and turns,
and with those that block a thread instead it runs without any loop (`now`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

from nccodsl.base.ids import is_id
from nccodsl.runtime.handle import handle
from nccodsl.runtime.operations import Answer, Find, KeptState, Load, MayStart, Operation, Save, Seal
from nccodsl.runtime.runnable import LONGEST_FETCH, Runnable
from nccodsl.runtime.state import BadState, State
from nccodsl.runtime.tags import seal_of
from nccodsl.runtime.versions import rebuilt, texts_of
from nccodsl.runtime.web_requests import Fetch, Fetched, Request
from nccodsl.runtime.webhook import Reply, Webhook
from nccodsl.server.fetch import TOO_LATE, Brought
from nccodsl.server.start_gate import HELD, StartGate, tell
from nccodsl.server.state_key import space_of
from nccodsl.server.stores.base import REMINDED, AsyncStore, Direct, besides, need
from nccodsl.server.turns import Turns

MOST_VERSIONS = 32
"""Older versions of scripts that are kept ready; others are built again from the store."""
_SHORTEST_FETCH = 0.02
_T = TypeVar("_T")


class Fetches(Protocol):
    """Who makes requests."""

    async def fetch(self, request: Request, timeout: float) -> Brought:
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
    """Handles webhooks of any number of scripts over one store. `wake` is called when there is something to deliver.

    `gate` is asked before a script that is `gated` connects.
    """

    def __init__(
        self,
        store: AsyncStore,
        fetches: Fetches,
        turns: Turns,
        watch: Watch | None = None,
        clock: Callable[[], float] = time.monotonic,
        observers: Sequence[Observer] = (),
        wake: Callable[[], None] | None = None,
        gate: StartGate | None = None,
    ) -> None:
        self._store = store
        self._fetches = fetches
        self._turns = turns
        self._watch = watch
        self._clock = clock
        self._observers = observers
        self._wake = wake
        self._gate = gate
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
        work = _Work(self, script)
        try:
            reply = await work.reply(webhook)
            if self._gate is not None and script.gated:
                tell(self._gate, space_of(script) + reply.key, webhook, reply)
            for observer in self._observers:
                # Before the turn is given, so that webhooks of one call come one after the other.
                observer.handled(work.handled(webhook, reply))
            return reply
        finally:
            work.give_turn()

    async def _save(self, space: str, save: Save) -> bool:
        conversation = space + save.conversation if is_id(save.conversation) else ""
        key = space + save.key
        over = save.ended and not save.late
        more = besides(save.sends, save.opt_outs)
        if more and not isinstance(self._store, Direct):
            # A store that answers at once says so itself.
            need(self._store, more)
        saved = await self._store.save(key, save.encoded, save.revision, conversation, ended=over, **more)
        if saved and save.sends and self._wake is not None:
            self._wake()
        return saved

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
            brought = await self._fetches.fetch(fetch.request, min(fetch.timeout, left))
        if self._watch is not None:
            self._watch.fetched(space[:-1], brought.outcome)
        return brought.fetched

    async def _may_start(self, space: str, start: MayStart, began: float) -> bool:
        left = LONGEST_FETCH - (self._clock() - began)
        call = space + start.key
        return self._gate is None or await self._gate.enter(f"{call}/{start.name}", start.since, min(HELD, left))

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


class _Work:
    """What is done for one webhook: the turn that is held, what was loaded, saved and fetched."""

    def __init__(self, driver: Driver, script: Runnable) -> None:
        self._driver = driver
        self._script = self._own = script
        self._space = space_of(script)
        self._began = driver._clock()
        self._held = ""
        self._kept: KeptState | None = None
        self._saved: bytes | None = None
        self._fetched: list[Fetched] = []

    async def reply(self, webhook: Webhook) -> Reply:
        """Do what the handling asks for until it has a reply."""
        handling = handle(self._script, webhook)
        result: Answer = None
        while True:
            try:
                operation = handling.send(result)
            except StopIteration as done:
                reply: Reply = done.value
                return reply
            result = await self._done(operation)

    def handled(self, webhook: Webhook, reply: Reply) -> Handled:
        """What became of it."""
        before = self._kept.data if self._kept is not None else None
        return Handled(self._own, webhook, reply, before, self._saved, tuple(self._fetched))

    def give_turn(self) -> None:
        """Let the next webhook of the call go on."""
        if self._held:
            self._driver._turns.give(self._held)
            self._held = ""

    async def _done(self, operation: Operation) -> Answer:
        """The result of an operation."""
        driver, space = self._driver, self._space
        if isinstance(operation, Load):
            return await self._loaded(space + operation.key)
        if isinstance(operation, Save):
            operation = operation._replace(data=operation.encoded)
            await driver._remind(self._own)
            saved = await driver._save(space, operation)
            if saved:
                self._saved = operation.encoded
                driver._count(space, operation, self._kept)
            return saved
        if isinstance(operation, Find):
            found = await driver._store.find(space + operation.conversation)
            return found.removeprefix(space) if found is not None else None
        if isinstance(operation, Seal):
            return seal_of(await driver._store.secret(), space + operation.key)
        if isinstance(operation, Fetch):
            self._fetched.append(await driver._fetch(space, operation, self._began))
            return self._fetched[-1]
        if isinstance(operation, MayStart):
            return await driver._may_start(space, operation, self._began)
        version = await driver._version(self._script, operation.version)
        self._own = version or self._script
        return version

    async def _loaded(self, key: str) -> KeptState | None:
        if key != self._held:
            # One turn at a time, or two webhooks could wait for each other.
            self.give_turn()
            await self._driver._turns.take(key)
            self._held = key
        self._kept = await self._driver._store.load(key)
        self._fetched = []
        return self._kept


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
