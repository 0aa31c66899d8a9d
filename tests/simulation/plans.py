"""What goes wrong in one run, and how often: a plan is made by chance, and counts what it does."""

from __future__ import annotations

from collections import Counter
from random import Random

SHARES = {
    "late": 0.15,  # a webhook comes some seconds late, perhaps behind its time-out
    "lost": 0.08,  # it never comes
    "twice": 0.2,  # it comes twice, at two times
    "ghost": 0.15,  # a copy comes once more, minutes later, and nobody waits for its answer
    "behind": 0.1,  # an event comes behind those after it
    "crossed": 0.15,  # its signed body is sent to an address of another call as well
    "replayed": 0.15,  # the body of an earlier question is sent to a later one
    "lost-answer": 0.08,  # it is handled, and the connection breaks before the answer is there
    "slow-answer": 0.08,  # the answer takes longer, perhaps longer than the platform waits
    "kill": 0.02,  # a server is killed before or behind an effect
    "io-before": 0.05,  # a call of the store fails
    "io-behind": 0.05,  # a call of the store is done, and fails as well
    "fetch-fails": 0.1,  # what a fetch asks is not there for once
    "fetch-slow": 0.1,  # it takes seconds to come, perhaps more than there are
    "send-refused": 0.2,  # who is told something is not there for once
    "send-5xx": 0.2,  # it has come, and is answered with a failure
    "send-dropped": 0.2,  # it has come, and the connection breaks before the answer is there
    "send-slow": 0.2,  # it has come, and there is no answer in time
}
"""How probable each is where it is on: of webhooks, of effects, of calls of the store, of fetches, of what is sent."""
ONCE = ("kill", "io-before", "io-behind")
"""What a run may have instead of all others: one such fault, at one effect or call of the store."""
_LARGE = (1800.0, 4 * 3600.0, 26 * 3600.0, -1800.0, -4 * 3600.0)


class Plan:
    """The faults of a run. `calls`, `servers`: how many; `skews`: by how many seconds the servers' clocks are wrong.

    `once` is the fault that happens at its `at`-th chance and nowhere else. `jumps`, `outages`, `deploys`: when the
    clock jumps and by how much, when the store fails for how long, when a server begins to serve the other text.
    `method`: how the webhooks are sent whose addresses stand in the settings. `wild`: a clock is so wrong that signatures or states may be too old.
    """

    def __init__(self, chance: Random, *, most_calls: int) -> None:
        self._chance = chance
        self.done: Counter[str] = Counter()
        self.shares: dict[str, float] = {}
        self.once = ""
        self.at = 0
        self.calls = chance.randint(1, most_calls)
        self.servers = chance.randint(1, 3)
        self.sqlite = chance.random() < 0.1
        self.reminds = chance.random() < 0.5
        self.method = "GET" if chance.random() < 0.2 else "POST"
        self.skews = [0.0] * self.servers
        self.jumps: list[tuple[float, float]] = []
        self.outages: list[tuple[float, float]] = []
        self.deploys: list[float] = []
        self.wild = False
        if chance.random() < 0.15:
            self.once = chance.choice(ONCE)
            self.at = chance.randrange(60)
        else:
            self._mix()

    def _mix(self) -> None:
        chance = self._chance
        hard = chance.choice((0.3, 0.8, 1.6))
        self.shares = {name: share * hard for name, share in SHARES.items() if chance.random() < 0.4}
        if chance.random() < 0.3:
            self.skews = [chance.uniform(-55, 55) for _ in self.skews]
        if chance.random() < 0.2:
            self.outages = [(chance.uniform(0, 60), chance.uniform(0.2, 8)) for _ in range(chance.randint(1, 3))]
        if chance.random() < 0.3:
            self.deploys = sorted(chance.uniform(0, 60) for _ in range(chance.randint(1, 3)))
        if chance.random() < 0.1:
            self.wild = True
            self.jumps = [(chance.uniform(1, 60), chance.choice(_LARGE)) for _ in range(chance.randint(1, 2))]
            if chance.random() < 0.3:
                self.skews[0] = chance.choice((-900.0, 900.0))

    @classmethod
    def calm(cls, calls: int) -> Plan:
        """Nothing goes wrong."""
        plan = cls.__new__(cls)
        plan._chance = Random(0)
        plan.done = Counter()
        plan.shares = {}
        plan.once, plan.at = "", 0
        plan.calls, plan.servers, plan.sqlite, plan.reminds, plan.wild = calls, 1, False, True, False
        plan.method = "POST"
        plan.skews, plan.jumps, plan.outages, plan.deploys = [0.0], [], [], []
        return plan

    @classmethod
    def single(cls, calls: int, fault: str, at: int) -> Plan:
        """One fault at its `at`-th chance, over two servers."""
        plan = cls.calm(calls)
        plan.servers, plan.skews = 2, [0.0, 0.0]
        plan.once, plan.at = fault, at
        return plan

    def happens(self, name: str) -> bool:
        """Whether a fault happens now."""
        if self.once == name:
            self.at -= 1
            happens = self.at == -1
        else:
            share = self.shares.get(name, 0.0)
            happens = share > 0 and self._chance.random() < share
        self.done[name] += happens
        return happens

    def calm_down(self) -> None:
        """From now on nothing goes wrong."""
        self.shares, self.once = {}, ""

    def told(self) -> str:
        """What is planned, in one line."""
        parts = [f"{self.calls} calls", f"{self.servers} servers", "sqlite" if self.sqlite else "memory", self.method]
        if self.once:
            parts.append(f"one {self.once} at chance {self.at}")
        parts += [f"{name} {share:.3f}" for name, share in self.shares.items()]
        for name in ("skews", "jumps", "outages", "deploys"):
            value = getattr(self, name)
            if value and value != [0.0] * len(self.skews):
                parts.append(f"{name} {value}")
        return ", ".join(parts)
