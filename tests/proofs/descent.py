"""`python -m tests.proofs descent`: the quick parser against the grammar, as tests/property/test_descent.py tries some."""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable

from tests.property.grammar_scripts import damaged_script, script_of
from tests.property.same_trees import reads_quickly
from tests.unit.highlight.test_pygments import EVERY


def main(arguments: list[str]) -> int:
    """Run what the arguments say. Returns 1 where something does not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs descent", description=__doc__)
    parser.add_argument("--examples", type=int, default=100_000, help="scripts of each kind")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    given = parser.parse_args(arguments)
    texts = sorted(EVERY.values())
    kinds: dict[str, Callable[[int], str]] = {
        "from the grammar": script_of,
        "damaged": lambda seed: damaged_script(texts[seed % len(texts)], seed),
    }
    failed = False
    for kind, make in kinds.items():
        began, read = time.monotonic(), Counter[tuple[bool, bool]]()
        for seed in range(given.first, given.first + given.examples):
            try:
                read[reads_quickly(make(seed))] += 1
            except AssertionError as wrong:
                failed = True
                print(f"{kind}, seed {seed}: {wrong}", flush=True)
        print(
            f"{kind}: {read[True, True]:,} read both ways, {read[True, False]:,} by the grammar alone, "
            f"{read[False, False]:,} wrong, {time.monotonic() - began:.0f} s",
            flush=True,
        )
    return int(failed)
