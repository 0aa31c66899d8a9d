"""`python -m tests.proofs templates`: the quick way to a template's tree against Jinja's parser, as tests try some."""

from __future__ import annotations

import argparse
import time
from collections import Counter

from tests.unit.templates.random_templates import reads_quickly, template_of


def main(arguments: list[str]) -> int:
    """Run what the arguments say. Returns 1 where something does not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs templates", description=__doc__)
    parser.add_argument("--examples", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    given = parser.parse_args(arguments)
    failed = False
    began, read = time.monotonic(), Counter[tuple[bool, bool]]()
    for seed in range(given.first, given.first + given.examples):
        try:
            read[reads_quickly(template_of(seed))] += 1
        except AssertionError as wrong:
            failed = True
            print(f"seed {seed}: {wrong}", flush=True)
    print(
        f"{read[True, True]:,} read both ways, {read[True, False]:,} by Jinja alone, {read[False, False]:,} wrong, "
        f"{time.monotonic() - began:.0f} s"
    )
    return int(failed)
