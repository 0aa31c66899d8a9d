"""`python -m tests.proofs comparisons`: every edit of the examples, as tests/unit/diff/test_edits.py tries some."""

from __future__ import annotations

import argparse
import time

from tests.unit.diff.edits import noticeable, unnoticeable
from tests.unit.diff.judged import EXAMPLES, LARGE, check_noticeable, check_unnoticeable, text_of


def main(arguments: list[str]) -> int:
    """Run what the arguments say. Returns 1 where something does not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs comparisons", description=__doc__)
    small = [name for name in EXAMPLES if name not in LARGE]
    parser.add_argument(
        "examples", nargs="*", metavar="EXAMPLE", help="which examples; without any, all but large ones"
    )
    parser.add_argument("--depth", type=int, default=6, help="answers of a path that is compared")
    parser.add_argument("--played", type=int, default=4, help="answers of a call in the emulator")
    given = parser.parse_args(arguments)
    if unknown := [name for name in given.examples if name not in EXAMPLES]:
        parser.error(f"there is no example {unknown[0]}; there are {', '.join(EXAMPLES)}")
    failed = False
    for example in given.examples or small:
        began, tried = time.monotonic(), 0
        for edits, check in ((unnoticeable, check_unnoticeable), (noticeable, check_noticeable)):
            for edit in edits(text_of(example)):
                tried += 1
                try:
                    check(example, edit, given.depth, given.played)
                except AssertionError as wrong:
                    failed = True
                    print(f"{example}: {edit[0]}: {wrong}", flush=True)
        print(f"{example}: {tried} edits, {time.monotonic() - began:.0f} s", flush=True)
    return int(failed)
