"""One run: everything of it happens by one clock and one source of chance, so that a seed is a run."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

import nccodsl
from nccodsl.emulator.actions import ACTIONS
from nccodsl.emulator.core.application import Application
from nccodsl.emulator.core.legs import Leg
from nccodsl.emulator.core.network import Network
from nccodsl.runtime.first_ncco import begun, create_body
from nccodsl.runtime.runnable import Runnable
from nccodsl.server.state_key import keep, seal_in
from nccodsl.server.stores.memory import MemoryStore
from nccodsl.server.stores.sqlite_store import SqliteStore
from tests.simulation.cases import MOST_CALLS, NUMBER, URL, Case, case_of
from tests.simulation.crm import Crm
from tests.simulation.judge import Judge, states_of
from tests.simulation.plans import Plan
from tests.simulation.records import Records
from tests.simulation.servers import Server
from tests.simulation.tasks import Loop, Task
from tests.simulation.wire import Letter, Wire

LONGEST = 150.0
"""Seconds after which a call that goes round and round is hung up."""
AFTERWARDS = 260.0
"""Seconds after the last call in which everything that is on its way arrives."""
DRAINING = 2000.0
"""Seconds in which everything is delivered once nothing goes wrong any more."""
SEEDS_A_CASE = 8
"""So many seeds in a row play the same case: compiling it, and its calm run, take longer than a run."""
MEMORY: Callable[..., Any] = MemoryStore
SQLITE: Callable[..., Any] = SqliteStore


@lru_cache(maxsize=32)
def script_of(number: int, text: int) -> Runnable:
    """A version of the script of a case."""
    return Runnable(nccodsl.load(case_of(number).texts[text]), URL)


class World:
    """A run of a case by a plan. `failures`: what did not hold; `lines`: the trace, where it is wanted."""

    def __init__(
        self, case: Case, plan: Plan, seed: int, *, text: int = 0, judged: bool = True, traces: bool = False
    ) -> None:
        self.case = case
        self.plan = plan
        self.chance = Random(f"run {seed}")
        self.traces = traces
        self.lines: list[str] = []
        self.failures: list[str] = []
        self.steps = 0
        self.legs: list[Leg] = []
        self.cut: set[Leg] = set()
        self.spoiled: set[Leg] = set()
        self.servers: list[Server] = []
        self._judged = judged
        self._graves: list[Task] = []
        self._jumped = 0.0
        self._away_until = 0.0
        self._exit = ExitStack()
        self._folder: Path | None = None
        self.wire = Wire(self)
        self.records = Records(self)
        self.judge = Judge(self)
        self.crm = Crm(self)
        self.left: frozenset[str] = frozenset()
        application = Application(*((plan.method, f"{URL}/{route}") for route in ("answer", "event", "fallback")))
        self.network = Network(case.cast, actions=ACTIONS, transport=self.wire.send, application=application, seed=seed)
        self.clock = self.network.clock
        self.loop = Loop(self.clock)
        self._memory = MEMORY(clock=lambda: self.wall)
        self.scripts = [script_of(case.number, which) for which in ((text,) if not plan.deploys else (0, 1))]
        # What an address of a call that is placed knows, it knows before any server has begun.
        self.servers = [Server(self, f"server{n + 1}", self.scripts[0], skew) for n, skew in enumerate(plan.skews)]
        self._schedule()

    # ---- what happens when

    def _schedule(self) -> None:
        begins = 0.5
        for index in range(self.plan.calls):
            self._at(begins, lambda index=index: self._call(index))
            begins += self.chance.uniform(0, 15)
        for at, seconds in self.plan.jumps:
            self._at(at, lambda seconds=seconds: self._jump(seconds))
        for at, seconds in self.plan.outages:
            self._at(at, lambda seconds=seconds: self._outage(seconds))
        for at in self.plan.deploys:
            self._at(at, self._deploy)

    def _at(self, seconds: float, act: Callable[[], object]) -> None:
        self.clock.after(seconds).then(lambda _: act())

    def _call(self, index: int) -> None:
        number = self.case.callers[index]
        self.trace("platform", f"call {index + 1} of {number} begins")
        if self.case.placed:
            leg = self._place(number)
        else:
            leg = self.network.inbound({"type": "phone", "number": number}, NUMBER)
        self.legs.append(leg)
        self._at(LONGEST, lambda: self._hang_up(leg))

    def _place(self, number: str) -> Leg:
        """The client's side: the state is kept, then the call is placed."""
        script = self.chance.choice(self.scripts).given({"who": number})
        key = f"placed-{number}"
        store = self.open_store(None)
        state = begun(script, {}, key=key, token=False, seal=seal_in(store, script, key))
        self.records.placed(store, script, state, keep)
        self.close_store(None, store)
        return self.network.place(create_body(script, state, "v1"))

    def _hang_up(self, leg: Leg) -> None:
        if leg.ended_at is None:
            self.cut.add(leg)
            self.network.end(leg, by="user")

    def _jump(self, seconds: float) -> None:
        self.trace("clock", f"jumps by {seconds:g} s")
        self.plan.done["jump"] += 1
        self._jumped += seconds

    def _outage(self, seconds: float) -> None:
        self.trace("store", f"is away for {seconds:.2f} s")
        self._away_until = max(self._away_until, self.clock.now + seconds)

    def _deploy(self) -> None:
        self.plan.done["deploy"] += 1
        server = self.chance.choice(self.servers)
        server.deploy(self.scripts[server.script is self.scripts[0]])

    # ---- what the parts ask

    @property
    def wall(self) -> float:
        """The Unix time of this machine."""
        return self.network.now + self._jumped

    def store_fails(self) -> bool:
        """Whether the store is away."""
        return self.clock.now < self._away_until

    async def effect(self, server: Server, what: str) -> None:
        """A point between two effects: time passes, others go on, and the server may be killed."""
        if self.plan.happens("kill"):
            self.trace(server.name, f"… {what}")
            server.kill()
            await self.loop.create_future()
        await self.loop.later(self.chance.uniform(0.001, 0.03))

    def open_store(self, server: Server | None) -> Any:
        """A store for a process; all of them keep the same."""
        if not self.plan.sqlite:
            return self._memory
        if self._folder is None:
            self._folder = Path(self._exit.enter_context(tempfile.TemporaryDirectory()))
        return SQLITE(self._folder / "calls.sqlite3", clock=lambda: server.wall if server is not None else self.wall)

    def close_store(self, server: Server | None, store: Any) -> None:
        """A process is over."""
        if self.plan.sqlite and store is not None:
            store.close()

    def bury(self, tasks: list[Task]) -> None:
        """What a killed process was doing: it is let go of when nothing can see it any more."""
        self._graves += tasks

    def broken(self, server: Server) -> None:
        """A server is gone."""
        self.wire.broken(server)

    def spoil(self, task: Task | None) -> None:
        """A call takes another way than on a calm day, since a fetch failed: it cannot be compared."""
        if task is not None and isinstance(task.about, Letter):
            self.spoiled.add(task.about.leg)

    def escaped(self, error: BaseException) -> None:
        """An exception came out of the front."""
        self.fail(f"an exception escaped: {error!r}")

    def text_of(self, leg: Leg) -> int:
        """Which text a call began with."""
        states = states_of(self, leg)
        return [script.version for script in self.scripts].index(states[0].version) if states else 0

    def fail(self, what: str) -> None:
        """Something does not hold."""
        self.trace("FAILED", what)
        self.failures.append(what)

    def trace(self, who: str, what: str) -> None:
        if self.traces:
            self.lines.append(f"{self.clock.now:9.3f}  {who:<9}{what}")

    # ---- running

    def run(self) -> World:
        """Let everything happen."""
        clock = self.clock
        try:
            while len(self.legs) < self.plan.calls or any(leg.ended_at is None for leg in self.legs):
                if self.failures or not clock.step():
                    break
                self.steps += 1
            self._run_until(clock.now + AFTERWARDS)
            self._drain()
            if self._judged and not self.failures:
                self.judge.over()
        finally:
            self._close()
        return self

    def _drain(self) -> None:
        """Nothing goes wrong any more, until everything is delivered."""
        self.plan.calm_down()
        end = self.clock.now + DRAINING
        store = self.open_store(None)
        while not self.failures and self.clock.now < end:
            self.left = frozenset(one.key for one in store.outbox.list())
            if not self.left:
                break
            self._run_until(self.clock.now + 10.0)
        self.close_store(None, store)

    def _run_until(self, end: float) -> None:
        clock = self.clock
        while not self.failures and (due := clock.next_due()) is not None and due <= end:
            clock.step()
            self.steps += 1

    def _close(self) -> None:
        for server in self.servers:
            server.close()
        for task in self._graves:
            task.bury()
        self._exit.close()


def plan_of(seed: int) -> Plan:
    """What goes wrong in the run of a seed."""
    return Plan(Random(f"plan {seed}"), most_calls=MOST_CALLS)


def world_of(seed: int, *, traces: bool = False) -> World:
    """The run of a seed, which has not begun; whoever makes it runs it."""
    plan = plan_of(seed)
    world = World(case_of(seed // SEEDS_A_CASE), plan, seed, traces=traces)
    world.trace("plan", plan.told())
    return world
