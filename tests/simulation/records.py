"""The store as servers meet it: slow, failing, and watched: what is saved is held to what must always hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from nccodsl.emulator.core.legs import Leg
from nccodsl.runtime.operations import KeptState
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.state import BadState, State
from nccodsl.server.refusals import BadStore

if TYPE_CHECKING:
    from tests.simulation.servers import Server
    from tests.simulation.world import World


class Records:
    """What was saved, by key: every state in turn. Holds each saving to what must hold."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.kept: dict[str, KeptState] = {}
        self.saved: dict[str, list[State]] = {}
        self.expired: set[object] = set()

    def save(self, store: Any, key: str, data: bytes, revision: int | None, *more: Any, **options: Any) -> bool:
        """Save into a store, and look at what comes of it."""
        may = self._may_save(key, revision, store.load(key))
        saved: bool = store.save(key, data, revision, *more, **options)
        if saved:
            self._was_saved(key, data, revision, may=may)
            self._world.crm.put_in |= {request.key: request for request in options.get("sends", ())}
        elif may:
            self._world.fail(f"{key} was not saved, though nobody else had")
        return saved

    def knows(self, leg: Leg) -> bool:
        """Whether a state says which leg it is about."""
        return any(states[-1].call.get("uuid") == leg.uuid for states in self.saved.values())

    def _may_save(self, key: str, revision: int | None, there: KeptState | None) -> bool:
        """Whether a saving must succeed."""
        known = self.kept.get(key)
        if there is None and known is not None:
            if not self._world.plan.wild:
                self._world.fail(f"the state of {key} is gone from the store")
            # It has expired, since a clock jumped: the call begins anew, and what it had brought is gone.
            del self.kept[key]
            self.expired.add(person_of(self.saved[key][-1]))
            known = None
        if known is not None and there != known:
            self._world.fail(f"what is in the store of {key} is not what was saved last")
        return revision == (known.revision if known is not None else None)

    def _was_saved(self, key: str, data: bytes, revision: int | None, *, may: bool) -> None:
        """A saving that succeeded."""
        if not may:
            self._world.fail(f"lost update: {key} was saved over a revision that the saver has not read ({revision})")
        before = State.from_bytes(self.kept[key].data) if key in self.kept else None
        self.kept[key] = KeptState(data, (revision or 0) + 1)
        try:
            state = State.from_bytes(data)
        except BadState as error:
            self._world.fail(f"what was saved of {key} cannot be read: {error}")
            return
        if state.to_bytes() != data:
            self._world.fail(f"what was saved of {key} is another state when it is read")
        if before is not None:
            self._hold(key, before, state)
        self.saved.setdefault(key, []).append(state)

    def placed(self, store: Any, script: Runnable, state: State, keep: Callable[[Any, Runnable, State], bool]) -> None:
        """A client keeps the state of a call that it is about to place."""
        assert keep(_Watched(self, store), script, state)

    def _hold(self, key: str, before: State, after: State) -> None:
        wrong = ""
        if before.ended and before != after:
            wrong = "was changed after the end of the call"
        elif not before.moves <= after.moves <= before.moves + 1:
            wrong = f"went from move {before.moves} to {after.moves}"
        elif after.moves == before.moves and (before.block, before.start, before.names) != (
            after.block,
            after.start,
            after.names,
        ):
            wrong = "went elsewhere without a move"
        elif after.handled[: len(before.handled)] != before.handled:
            wrong = "forgot what was handled"
        elif (before.version, before.key, before.values) != (after.version, after.key, after.values):
            wrong = "became the state of another call"
        elif any(after.call.get(name) != value for name, value in before.call.items()):
            wrong = f"is about another leg: {dict(before.call)} became {dict(after.call)}"
        elif before.caller not in ("", after.caller) or before.callee not in ("", after.callee):
            wrong = "is about other people"
        if wrong:
            self._world.fail(f"the state of {key} {wrong}")


def person_of(state: State) -> object:
    """The number of whoever is called, or calls."""
    return state.values.get("who") or state.caller


class _Watched:
    """A store whose savings are looked at."""

    def __init__(self, records: Records, store: Any) -> None:
        self._records = records
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def save(self, *args: Any, **options: Any) -> bool:
        return self._records.save(self._store, *args, **options)


class Access:
    """The store of one server, as an `AsyncStore`: whatever it is asked, it asks the real one for. Or its outbox."""

    outbox: Access

    def __init__(self, world: World, server: Server, store: Any) -> None:
        self._world = world
        self._server = server
        self._store = store
        if hasattr(store, "outbox"):
            self.outbox = Access(world, server, store.outbox)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._store, name)

        async def ask(*args: Any, **options: Any) -> Any:
            await self._world.effect(self._server, f"before {name}")
            result = self._ask(name, method, args, options)
            await self._world.effect(self._server, f"behind {name}")
            if isinstance(result, BadStore):
                raise result
            return result

        return ask

    def _ask(self, name: str, method: Callable[..., Any], args: tuple[Any, ...], options: dict[str, Any]) -> Any:
        world = self._world
        plan = world.plan
        if world.store_fails():
            plan.done["outage"] += 1
            return self._failed(name, "the store is away")
        if plan.happens("io-before"):
            return self._failed(name, "an I/O error before it")
        result = world.records.save(self._store, *args, **options) if name == "save" else method(*args, **options)
        if world.traces:
            world.trace(self._server.name, f"{name} {_shown(args)} -> {_told(result)}")
        if plan.happens("io-behind"):
            return self._failed(name, "done, and an I/O error behind it")
        return result

    def _failed(self, name: str, why: str) -> BadStore:
        self._world.trace(self._server.name, f"{name} fails: {why}")
        return BadStore(f"{name}: {why}")


def _shown(args: tuple[Any, ...]) -> str:
    key = str(args[0]) if args else ""
    return f"{key} {_told(KeptState(args[1], args[2] or 0))}" if len(args) > 2 and isinstance(args[1], bytes) else key


def _told(result: object) -> str:
    """What came of it, in few words."""
    if isinstance(result, KeptState):
        state = State.from_bytes(result.data)
        at = f"{state.block}{f' ({state.start})' if state.start else ''}" or "the end"
        return f"revision {result.revision}: move {state.moves} at {at}{', ended' if state.ended else ''}"
    if isinstance(result, bytes):
        return f"{len(result)} bytes"  # such as a secret, which is another one each time
    return "texts" if isinstance(result, tuple) else str(result)
