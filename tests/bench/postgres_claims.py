"""What a call costs the book of campaigns, in SQLite and in PostgreSQL: its claim, and noting its answer.

`python -m tests.bench.postgres_claims [WAITING]`. The database is on this machine, and its commits reach the disk.
"""

from __future__ import annotations

import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from nccodsl.campaign.book import AttemptResult, CallingAccount, Listed, Verdict, Waiting
from nccodsl.campaign.campaign_book import CampaignBook
from nccodsl.campaign.person_vault import PersonVault
from nccodsl.client import Journal
from nccodsl.client.call_journal import CallJournal
from nccodsl.client.postgres_journal import PostgresJournal
from tests.postgres import PostgresServer

PROCESSES = (1, 4)
CALLS = 200
"""Calls of each process."""
NAME = "campaign"
VAULT = PersonVault("the secret of the benchmark")
OpenJournal = Callable[[], CallJournal]


def always(_one: Waiting, _now: float) -> Verdict:
    return Verdict("call", "due", "always")


def calls(opened: OpenJournal, process: int) -> tuple[float, float, float]:
    """Seconds for half of the claims and half of the answers, and processor seconds of this process for a call."""
    claims, answers = [], []
    with opened() as journal:
        # So many accounts that no claim waits for a slot.
        books = [CampaignBook(journal, VAULT, _account(f"{process}.{number}")) for number in range(CALLS)]
        before = time.process_time()
        for book in books:
            start = time.perf_counter()
            (claim,) = book.claim(NAME, f"w{process}", 1, always)
            claims.append(time.perf_counter() - start)
            start = time.perf_counter()
            book.settle(claim, AttemptResult("placed"))
            answers.append(time.perf_counter() - start)
        processor = (time.process_time() - before) / CALLS
    return statistics.median(claims), statistics.median(answers), processor


def _account(name: str) -> CallingAccount:
    return CallingAccount("https://api.example.com", "app", "v2", "14155550100", name)


@contextmanager
def journals() -> Iterator[dict[str, OpenJournal]]:
    """Each kind of journal by its name."""
    server = PostgresServer(durable=True)
    try:
        with tempfile.TemporaryDirectory() as folder:
            yield {"SQLite": partial(Journal, Path(folder)), "PostgreSQL": partial(PostgresJournal, server.url)}
    finally:
        server.close()


def main(waiting: int) -> None:
    """Print a line for each journal and number of processes."""
    print(f"{'book':<12} {'processes':>9} {'calls/s':>8} {'claim (ms)':>11} {'answer (ms)':>12} {'processor (ms)':>15}")
    with journals() as known:
        for name, opened in known.items():
            with opened() as journal:
                book = CampaignBook(journal, VAULT)
                book.add(NAME, {})
                start = time.perf_counter()
                book.load(NAME, (Listed(row, f"1415{row:07}", 0.0, 2e9 + row % 7) for row in range(1, waiting + 1)))
                print(f"{name}: {waiting:,} recipients loaded in {time.perf_counter() - start:.1f} s")
            for processes in PROCESSES:
                start = time.perf_counter()
                with multiprocessing.get_context("spawn").Pool(processes) as pool:
                    pool.map(_ready, range(processes))
                    start = time.perf_counter()
                    found = pool.map(partial(calls, opened), range(processes), chunksize=1)
                    took = time.perf_counter() - start
                claim, answer, processor = (statistics.mean(one[part] for one in found) * 1e3 for part in range(3))
                a_second = processes * CALLS / took
                print(f"{name:<12} {processes:>9} {a_second:>8,.0f} {claim:>11.2f} {answer:>12.2f} {processor:>15.2f}")


def _ready(_process: int) -> None:
    """The process has started."""


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
