"""`nccodsl` with workers that wait for seconds where they wait for half a minute in life.

As a program: `python -m tests.e2e.quick_workers campaign work …`. Nothing here is so short that a busy machine takes a
worker for dead that lives; `dying_workers.hasten` is for workers that do little else than die.
"""

from __future__ import annotations

from functools import partial

import pytest

from nccodsl.campaign import book_claim, dispatcher, tick, worker, worker_book
from nccodsl.cli import call_rows
from nccodsl.client import client_core
from nccodsl.client.send import Timeouts
from nccodsl.client.settlement import reconcile

SECONDS: tuple[tuple[object, str, float], ...] = (
    (tick, "LEASE", 8.0),
    (call_rows, "LEASE", 8.0),
    (worker_book, "_BEAT", 2.0),
    (worker, "_LOOK_UP", 2.0),
    (book_claim, "_LATER", 5.0),
)
GRACE = 6.0
"""Seconds until a call whose worker is dead is looked up; a claim is worth nothing after five."""


class QuickTimeouts(Timeouts):
    """With these, the slots of a worker that was killed are free after 16 s."""

    connect: float = 2.0
    read: float = 8.0
    write: float = 2.0
    pool: float = 2.0


def quicken(patch: pytest.MonkeyPatch) -> None:
    """Let workers of this process wait for less."""
    for module, name, seconds in SECONDS:
        patch.setattr(module, name, seconds)
    for module in (dispatcher, call_rows):
        patch.setattr(module, "reconcile", partial(reconcile, grace=GRACE))
    patch.setattr(client_core, "Timeouts", QuickTimeouts)


if __name__ == "__main__":
    from nccodsl.__main__ import main

    with pytest.MonkeyPatch.context() as patch:
        quicken(patch)
        main()
