"""What a forecast assumes: how calls end, how long they take, and how fast they can begin. None of it is certain."""

from __future__ import annotations

import math
from collections.abc import Mapping
from random import Random

from nccodsl.base.record import Record
from nccodsl.campaign.policy.decide import REACHED

MACHINE = "machine"
ANSWERED = (REACHED, MACHINE)
"""The outcomes of a call that was answered, which costs."""
_SPREAD = 0.15
"""How far seconds and round trips are from what is assumed, as the standard deviation of their logarithm."""


class CallPace(Record):
    """How fast calls can begin.

    `limit`: starts a second of the account. `starts`: what a create is charged. `per_second`, `at_once` and `calls` are
    the campaign's own limits; None: no limit.
    """

    limit: int
    starts: int = 1
    per_second: int | None = None
    at_once: int | None = None
    calls: int | None = None


class Assumptions(Record):
    """What is assumed of all calls.

    `shares`: by outcome, a sum of 1; they were seen in `sample` calls. `seconds`: by outcome, from the beginning of a
    call to its end. `billed`: those of an answered call that cost. A call to a person connects `connects` legs on
    average, each for `connected` seconds; where they are `timed`, they take slots of the account themselves.
    `price`: of a minute.
    """

    shares: Mapping[str, float]
    sample: int
    seconds: Mapping[str, float]
    billed: Mapping[str, float]
    connects: float = 0.0
    connected: float = 0.0
    timed: bool = True
    round_trip: float = 0.2
    price: float | None = None

    def a_second(self, pace: CallPace) -> float:
        """How many calls begin in a second, on average, while there are people to call."""
        slots = min(pace.starts, pace.limit)
        taken = self.round_trip + math.ceil(pace.starts / pace.limit)
        rate = pace.limit // slots / taken
        if self.timed:
            rate /= 1 + self.shares.get(REACHED, 0.0) * self.connects
        if pace.per_second is not None:
            rate = min(rate, pace.per_second / (1 + self.round_trip))
        if pace.at_once is not None:
            lasts = sum(share * self.seconds[outcome] for outcome, share in self.shares.items())
            rate = min(rate, pace.at_once / max(lasts, 1.0))
        return rate

    def drawn(self, random: Random) -> Assumptions:
        """How it may really be: other shares as a sample of that size allows, and other seconds."""
        weights = {
            outcome: random.gammavariate(share * self.sample, 1.0) if share else 0.0
            for outcome, share in self.shares.items()
        }
        whole = sum(weights.values())
        longer, slower = (random.lognormvariate(0.0, _SPREAD) for _ in range(2))
        return Assumptions(
            {outcome: weight / whole for outcome, weight in weights.items()} if whole else self.shares,
            self.sample,
            {
                outcome: seconds * longer if outcome in ANSWERED else seconds
                for outcome, seconds in self.seconds.items()
            },
            {outcome: seconds * longer for outcome, seconds in self.billed.items()},
            self.connects * random.lognormvariate(0.0, _SPREAD),
            self.connected * longer,
            self.timed,
            self.round_trip * slower,
            self.price,
        )


def divided(random: Random, count: int, shares: Mapping[str, float]) -> dict[str, int]:
    """How so many calls end; outcomes of none are left out."""
    found: dict[str, int] = {}
    left, rest = count, 1.0
    for outcome, share in shares.items():
        if not left or rest <= 0:
            break
        number = left if share >= rest else _binomial(random, left, share / rest)
        if number:
            found[outcome] = number
        left, rest = left - number, rest - share
    if left:
        # Shares that add up to a little less than 1: the last one has them.
        last = list(shares)[-1]
        found[last] = found.get(last, 0) + left
    return found


_MANY = 12.0
"""So many are expected: from there on, the normal distribution is near enough."""


def _binomial(random: Random, count: int, share: float) -> int:
    if share > 0.5:
        return count - _binomial(random, count, 1 - share)
    expected = count * share
    if expected > _MANY:
        drawn = round(random.gauss(expected, math.sqrt(expected * (1 - share))))
        return min(max(drawn, 0), count)
    if share <= 0:
        return 0
    # From one success to the next: as many draws as there are successes.
    failing = math.log1p(-share)
    found, trial = 0, 0
    while failing:
        trial += int(math.log(1.0 - random.random()) / failing) + 1
        if trial > count:
            break
        found += 1
    return found
