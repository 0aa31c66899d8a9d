"""How much a test tries: a sample in the quick run, everything in the slow one (`NCCODSL_PROOFS=1`, as `.ci/run` does)."""

from __future__ import annotations

import os

FULL = os.environ.get("NCCODSL_PROOFS") == "1"


def examples(full: int) -> int:
    """How many examples a property tries, where the slow run tries `full`."""
    return full if FULL else max(full // 10, 10)
