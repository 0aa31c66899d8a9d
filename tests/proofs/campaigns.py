"""`python -m tests.proofs campaigns`: workers of campaigns die at all places and at any moment (tests/e2e/dying_workers).

Each round is a campaign with an emulator of its own: answers may be lost, the list lags, the API's clock may be wrong.
"""

from __future__ import annotations

import argparse
import signal
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

from tests.e2e.campaign_callers import begin, work
from tests.e2e.dying_workers import WINDOWS, Campaign, Death
from tests.e2e.limited_callers import arrivals

_FAULTS = ({}, {"lose-answer": 0.05}, {"fail-answer": 0.05, "lose-answer": 0.02})
_LIMITS = (1, 3, 30)
_SKEWS = (0.0, 3600.0, -1800.0)


def round_of(seed: int, people: int) -> Counter[str]:
    """One campaign, which must go well; its deaths by window."""
    chance = Random(seed)
    planned = [Death(chance.choice(WINDOWS), chance.randint(1, 3)) for _ in range(people // 8)]
    planned += [Death(chance.choice(WINDOWS), 1, signal.SIGSTOP) for _ in range(chance.randint(0, 3))]
    chance.shuffle(planned)
    with tempfile.TemporaryDirectory() as folder:
        limit, faults, skew = chance.choice((30, 100)), chance.choice(_FAULTS), chance.choice(_SKEWS)
        campaign = Campaign(Path(folder), people, limit=limit, faults=faults, skew=skew, seed=seed)
        return campaign.play(planned, seed, random_kills=people // 16)


def rates() -> int:
    """How much of a limit workers use. Returns 1 where there were too many in a second."""
    too_many = False
    for limit in _LIMITS:
        with tempfile.TemporaryDirectory() as folder:
            begin(Path(folder), limit * 40, connects=False)
            arrived = arrivals(Path(folder), limit, 25.0, lambda _: 0.075, kills=False, call=work)
        most = arrived.most_in_a_second()
        too_many |= most > limit
        share = arrived.rate() / limit
        print(f"limit {limit}: {arrived.rate():.2f} starts a second ({share:.0%}), at most {most} in any", flush=True)
    return int(too_many)


def main(arguments: list[str]) -> int:
    """Run what the arguments say. Returns 1 where someone was called twice or not at all, or something stays open."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs campaigns", description=__doc__)
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--seed", type=int, default=0, help="of the first round; the next ones count on")
    parser.add_argument("--people", type=int, default=240, help="recipients of each campaign")
    parser.add_argument("--rates", action="store_true", help="measure the starts of 4 workers, 150 ms from the API")
    given = parser.parse_args(arguments)
    if given.rates:
        return rates()
    began, deaths, seed, failed = time.monotonic(), Counter[str](), given.seed, 0
    while time.monotonic() - began < given.minutes * 60:
        try:
            deaths += round_of(seed, given.people)
        except AssertionError as error:
            failed += 1
            print(f"seed {seed}: {error}", flush=True)
        seed += 1
    killed = sum(deaths[window] for window in (*WINDOWS, "at any moment"))
    print(f"{seed - given.seed} campaigns, {(seed - given.seed) * given.people:,} recipients, {killed:,} deaths")
    print("\n".join(f"{count:7,} {window}" for window, count in sorted(deaths.items())))
    print(f"{failed} campaigns failed" if failed else "all held")
    return 1 if failed else 0
