"""Whatever goes wrong between platform, servers, store and clocks: each call goes as on a calm day, or as documented.

The world is that of tests/simulation; `python -m tests.proofs simulation` runs more of it, and shows one seed.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from nccodsl.runtime import answer, handle, walk
from nccodsl.runtime.operations import KeptState
from nccodsl.runtime.state import State
from nccodsl.server.driver import Driver
from nccodsl.server.front import Front
from nccodsl.server.stores import memory
from nccodsl.server.stores.memory import MemoryStore
from nccodsl.server.stores.memory_outbox import MemoryOutbox
from nccodsl.server.stores.outbox import Claimed
from tests.conftest import ROOT
from tests.proofs.simulation import run
from tests.simulation import judge, world
from tests.simulation.cases import case_of
from tests.simulation.plans import ONCE, Plan
from tests.simulation.tasks import Task
from tests.simulation.world import World, world_of

SEEDS, PARTS = 300, 6
LONGEST_HUNT = 200
"""Seeds within which every mutant is caught."""


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_every_seed_holds(part: int) -> None:
    size = SEEDS // PARTS
    found = run(range(part * size, (part + 1) * size))
    assert not found.failures
    assert found.verdicts["as on a calm day"] > size
    assert sum(found.faults.values()) > 5 * size


@pytest.mark.slow
@pytest.mark.parametrize("fault", ONCE)
@pytest.mark.parametrize("number", [46, 88, 121])
def test_one_fault_at_each_effect_in_turn_changes_nothing(number: int, fault: str) -> None:
    """Beside a second server, one fault is made good by one retry: nobody at the phone notices, and all that is sent arrives."""
    for at in range(10_000):
        ran = World(case_of(number), Plan.single(2, fault, at), at).run()
        assert not ran.failures, (at, ran.failures)
        assert ran.judge.verdicts == {"as on a calm day": 2}, at
        assert ran.crm.sent, "it sends something"
        assert ran.crm.posted, "it asks for something with a key"
        if not ran.plan.done[fault]:
            break
    assert at > 30


@pytest.mark.slow
def test_a_seed_is_a_run() -> None:
    once, again = (world_of(1858, traces=True).run().lines for _ in range(2))
    assert once == again
    command = [sys.executable, "-m", "tests.proofs", "simulation", "--seed", "1858"]
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    shown = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=True).stdout
    assert shown.endswith("\n".join([*once, "all held", ""]))
    assert len(once) > 100


# ---- what is wrong with the runtime is seen


class NoCompare(MemoryStore):
    """Whoever saves last wins."""

    def save(self, key: str, data: bytes, revision: int | None, *more: Any, **options: Any) -> bool:
        there = self.load(key)
        return super().save(key, data, there.revision if there is not None else None, *more, **options)


class ShortKeys(MemoryStore):
    """All calls have one state."""

    def load(self, key: str) -> KeptState | None:
        return super().load(key[:5])

    def save(self, key: str, *more: Any, **options: Any) -> bool:
        return super().save(key[:5], *more, **options)


class Forgets(MemoryStore):
    """Keeps no texts of scripts."""

    def texts(self, version: str) -> None:
        return None


def _ignores_the_move(patch: pytest.MonkeyPatch) -> None:
    event = handle.event_of
    patch.setattr(handle, "event_of", lambda *args: event(*args)._replace(moves=None))


def _answers_before_it_saves(patch: pytest.MonkeyPatch) -> None:
    save = Driver._save

    async def later(self: Driver, *args: Any) -> bool:
        now = Task.current
        assert now is not None
        loop: Any = asyncio.get_running_loop()
        Task(loop, save(self, *args), now._alive, lambda _: None, lambda _: None)
        return True

    patch.setattr(Driver, "_save", later)


def _with_state(patch: pytest.MonkeyPatch, change: Callable[[State], State], *, ended: bool = False) -> None:
    advance = answer.advance

    def changed(flow: Any, state: State | None, event: Any) -> Any:
        return advance(flow, change(state) if state is not None and state.ended is ended else state, event)

    patch.setattr(answer, "advance", changed)


def _lets_errors_out(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Front, "_reply", lambda self, script, webhook: self.driver.handle(script, webhook))


def _plays_the_new_text(patch: pytest.MonkeyPatch) -> None:
    async def version(self: Driver, like: Any, wanted: str) -> Any:
        return like

    patch.setattr(Driver, "_version", version)


def _fallback_gives_up(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(handle, "asked", lambda original: ("", {}))


def _keys_with(patch: pytest.MonkeyPatch, change: Callable[[str, int], tuple[str, int]]) -> None:
    key = walk.idempotency_key
    patch.setattr(walk, "idempotency_key", lambda call, name, moves, *more: key(call, *change(name, moves), *more))


class PutsInLater(MemoryStore):
    """State and requests are saved one behind the other."""

    def save(self, *given: Any, sends: Any = (), **options: Any) -> bool:
        self.later = [(request, given[0]) for request in sends]
        return super().save(*given, **options)

    def load(self, key: str) -> KeptState | None:
        for request, source in getattr(self, "later", ()):
            self.outbox.enqueue(request, source)
        self.later = []
        return super().load(key)


class DeliversOnce(MemoryOutbox):
    """A request is gone from the outbox when it is claimed."""

    def claim(self, *given: Any) -> Claimed:
        claimed = super().claim(*given)
        for one in claimed.due:
            self.delivered(one.key)
        return claimed


def _first_ncco_sends_nothing(patch: pytest.MonkeyPatch) -> None:
    advance = answer.advance

    def changed(flow: Any, state: State | None, event: Any) -> Any:
        after, ncco = advance(flow, state, event)
        return (after.changed(sends=()) if state is not None and event.kind == "answer" else after), ncco

    patch.setattr(answer, "advance", changed)


MUTANTS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "a store without compare-and-set": lambda patch: patch.setattr(world, "MEMORY", NoCompare),
    "a store in which calls meet": lambda patch: patch.setattr(world, "MEMORY", ShortKeys),
    "a store without texts": lambda patch: patch.setattr(world, "MEMORY", Forgets),
    "the move of an address is ignored": _ignores_the_move,
    "the answer goes out before the state is saved": _answers_before_it_saves,
    "what was answered last is forgotten": lambda patch: _with_state(patch, lambda state: state.changed(last="")),
    "a call that is over goes on": lambda patch: _with_state(
        patch, lambda state: state.changed(ended=False), ended=True
    ),
    "how often it was asked again is forgotten": lambda patch: _with_state(
        patch, lambda state: state.changed(retries={}) if state.moves % 2 else state
    ),
    "an error of the store escapes": _lets_errors_out,
    "a call goes on by another text": _plays_the_new_text,
    "a request has another key each time": lambda patch: _keys_with(
        patch, lambda name, moves: (f"{name} {secrets.token_hex()}", moves)
    ),
    "all moves have the same keys": lambda patch: _keys_with(patch, lambda name, _: (name, 0)),
    "requests are put in behind their state": lambda patch: patch.setattr(world, "MEMORY", PutsInLater),
    "requests are delivered at most once": lambda patch: patch.setattr(memory, "MemoryOutbox", DeliversOnce),
    "a placed call sends nothing at its beginning": _first_ncco_sends_nothing,
    "a fallback does not look at what was asked": _fallback_gives_up,
}


@pytest.fixture
def fresh() -> Iterator[None]:
    """Calm runs of a mutant are nobody else's."""
    judge.calm_courses.cache_clear()
    yield
    judge.calm_courses.cache_clear()


@pytest.mark.slow
@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize("mutant", MUTANTS)
def test_mutants_are_caught(mutant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in range(LONGEST_HUNT):
        # What a calm day is like, the runtime as it is says.
        for text in (0, 1) if world.plan_of(seed).deploys else (0,):
            judge.calm_courses(seed // world.SEEDS_A_CASE, text)
        with monkeypatch.context() as patch:
            MUTANTS[mutant](patch)
            ran = world_of(seed).run()
        if ran.failures:
            print(mutant, seed, ran.failures[0][:150])
            return
    pytest.fail(f"nothing was wrong in {LONGEST_HUNT} runs")
