"""What the proofs of the quick readers share: texts of many seeds, read both ways."""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable, Mapping

Texts = Callable[[int], str]
"""The text of a seed."""
Reads = Callable[[str], tuple[bool, bool]]
"""Whether the authority takes a text, and whether the quick way does. Raises AssertionError where they disagree."""


def run(kinds: Mapping[str, Texts], reads: Reads, name: str, doc: str | None, arguments: list[str]) -> int:
    """Read texts of each kind as the arguments say. Returns 1 where the two ways disagree."""
    parser = argparse.ArgumentParser(prog=f"python -m tests.proofs {name}", description=doc)
    parser.add_argument("--examples", type=int, default=100_000, help="texts of each kind")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--only", choices=list(kinds), help="one kind of text")
    given = parser.parse_args(arguments)
    failed = False
    for kind, make in kinds.items():
        if given.only not in (None, kind):
            continue
        began, read = time.monotonic(), Counter[tuple[bool, bool]]()
        for seed in range(given.first, given.first + given.examples):
            try:
                read[reads(make(seed))] += 1
            except AssertionError as wrong:
                failed = True
                print(f"{kind}, seed {seed}: {wrong}", flush=True)
        print(
            f"{kind}: {read[True, True]:,} read both ways, {read[True, False]:,} by the authority alone, "
            f"{read[False, False]:,} wrong, {time.monotonic() - began:.0f} s",
            flush=True,
        )
    return int(failed)
