"""`python -m tests.proofs simulation`: the runtime in a simulated world, one seed a run (tests/simulation).

`--seed N` shows everything that happens in one run, the same each time; `--seeds N` runs that many.
"""

from __future__ import annotations

import argparse
import multiprocessing
import time
from collections import Counter
from typing import NamedTuple

from tests.simulation.world import SEEDS_A_CASE, world_of

_CHUNK = SEEDS_A_CASE * 5


class Found(NamedTuple):
    """What came of some seeds. `failures`: the first thing that did not hold, by seed."""

    seeds: int
    events: int
    faults: Counter[str]
    verdicts: Counter[str]
    failures: dict[int, str]


def run(seeds: range) -> Found:
    """Run some seeds."""
    found = Found(len(seeds), 0, Counter(), Counter(), {})
    for seed in seeds:
        world = world_of(seed).run()
        found = found._replace(events=found.events + world.steps)
        found.faults.update(world.plan.done)
        found.verdicts.update(world.judge.verdicts)
        if world.failures:
            found.failures[seed] = world.failures[0]
    return found


def run_all(seeds: range, processes: int) -> Found:
    """Run many seeds, over some processes."""
    chunks = [seeds[at : at + _CHUNK] for at in range(0, len(seeds), _CHUNK)]
    if processes == 1:
        return together([run(chunk) for chunk in chunks])
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        return together(list(pool.imap_unordered(run, chunks)))


def together(parts: list[Found]) -> Found:
    """What came of all of them."""
    found = Found(0, 0, Counter(), Counter(), {})
    for part in parts:
        found.faults.update(part.faults)
        found.verdicts.update(part.verdicts)
        found.failures.update(part.failures)
        found = found._replace(seeds=found.seeds + part.seeds, events=found.events + part.events)
    return found


def report(found: Found, seconds: float) -> str:
    """For people."""
    rows = [f"{found.seeds:,} seeds, {found.events:,} events, {seconds:.0f} s"]
    rows.append("calls: " + ", ".join(f"{count:,} {what}" for what, count in found.verdicts.most_common()))
    # A kill that is planned where nothing is left to kill is none.
    faults = {name: count for name, count in found.faults.items() if count and name != "kill"}
    rows.append("faults: " + ", ".join(f"{count:,} {name}" for name, count in sorted(faults.items())))
    rows += [f"seed {seed}: {failure}" for seed, failure in sorted(found.failures.items())[:20]]
    return "\n".join([*rows, f"{len(found.failures)} seeds failed" if found.failures else "all held"])


def main(arguments: list[str]) -> int:
    """Run what the arguments say. Returns 1 where something does not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs simulation", description=__doc__)
    parser.add_argument("--seed", type=int, help="show one run")
    parser.add_argument("--seeds", type=int, default=300, help="how many to run")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args(arguments)
    if given.seed is not None:
        world = world_of(given.seed, traces=True).run()
        print(world.case.texts[0], *world.lines, sep="\n")
        print("; ".join(world.failures) or "all held")
        return 1 if world.failures else 0
    began = time.monotonic()
    found = run_all(range(given.first, given.first + given.seeds), given.processes)
    print(report(found, time.monotonic() - began))
    return 1 if found.failures else 0
