"""`python -m tests.proofs edits`: documents after random edits, as tests/property/test_edits.py tries some.

After each edit, the problems of a document are those of a whole check; its names, tokens and outline are those of a
document that has just been opened. Each seed is one document: `--first N --seeds 1` repeats it.
"""

from __future__ import annotations

import argparse
import multiprocessing
import time
from functools import partial
from typing import NamedTuple

from tests.property.edited_documents import check_edits


class _Found(NamedTuple):
    """What came of one seed; `failure` is empty where all held."""

    edits: int
    right: int
    failure: str


def _try(seed: int, edits: int) -> _Found:
    try:
        return _Found(*check_edits(seed, edits), "")
    except AssertionError as wrong:
        return _Found(0, 0, str(wrong).partition("\n")[0])
    except Exception as error:
        return _Found(0, 0, f"seed {seed}: {type(error).__name__}: {error}")


def main(arguments: list[str]) -> int:
    """Run what the arguments say. Returns 1 where a document says something else."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs edits", description=__doc__)
    parser.add_argument("--seeds", type=int, default=10_000, help="how many documents")
    parser.add_argument("--edits", type=int, default=10, help="edits of each")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args(arguments)
    began, edits, right, failed = time.monotonic(), 0, 0, 0
    with multiprocessing.get_context("spawn").Pool(given.processes) as pool:
        seeds = range(given.first, given.first + given.seeds)
        for number, found in enumerate(pool.imap(partial(_try, edits=given.edits), seeds, chunksize=20), 1):
            edits, right, failed = edits + found.edits, right + found.right, failed + bool(found.failure)
            if found.failure:
                print(found.failure, flush=True)
            if number % 500 == 0 or number == given.seeds:
                print(
                    f"{number:,} documents, {edits:,} edits, {right:,} of them with a text without syntax errors, "
                    f"{failed} documents failed, {time.monotonic() - began:.0f} s",
                    flush=True,
                )
    return int(failed > 0)
