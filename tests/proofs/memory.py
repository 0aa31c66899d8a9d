"""`python -m tests.proofs memory`: the memory of the language server over 10,000 edits (tests/e2e/edited_server.py)."""

from __future__ import annotations

import argparse
import time

from tests.e2e.edited_server import memory

GOAL = 150.0
"""MB for 50 files of 800 lines and 10,000 edits."""
_PARTS = 10


def main(arguments: list[str]) -> int:
    """Run what the arguments say. Returns 1 where the memory still grows in the last tenth, or is above the goal."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs memory", description=__doc__)
    parser.add_argument("--edits", type=int, default=10_000)
    parser.add_argument("--files", type=int, default=50, help="documents that are open")
    parser.add_argument("--steps", type=int, default=30, help="steps of each, of 27 lines")
    given = parser.parse_args(arguments)
    began, found = time.monotonic(), []
    for part, used in enumerate(memory(given.steps, given.edits, _PARTS, given.files), 1):
        found.append(used)
        edits = part * given.edits // _PARTS
        print(f"{edits:,} edits: {used:.1f} MB, {time.monotonic() - began:.0f} s", flush=True)
    return int(found[-1] > GOAL or found[-1] - found[-2] > 1.0)
