"""How many webhooks a second one `nccodsl serve` answers with each kind of store, and how late the slowest answers are.

`python -m tests.bench.postgres_webhooks [WEBHOOKS]`. The database is on this machine, and its commits reach the disk.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import NamedTuple

from nccodsl.server.stores.open_store import open_store
from tests.bench.served_webhooks import ROOT, Bodies, _ask, _open, _processor_time, _started
from tests.postgres import PostgresServer

CONNECTIONS = (4, 16)


class Figures(NamedTuple):
    """Webhooks a second, milliseconds in which half and 99 of 100 were answered, and microseconds of the server's
    processor for one."""

    a_second: float
    half: float
    slowest: float
    processor: float


def figures(store: str, connections: int, webhooks: int) -> Figures:
    """Of a server with an empty store."""
    with closing(open_store(store)) as kept:
        tags = kept.secret()
    with tempfile.TemporaryDirectory() as folder, _started("serve", folder, ROOT, store) as (url, process):
        asyncio.run(_load(url, Bodies(url, "/ivr", tags).make(0, 100), connections))  # warm up
        requests = Bodies(url, "/ivr", tags).make(1000, webhooks // 2)
        before = _processor_time(process.pid)
        start = time.perf_counter()
        times = asyncio.run(_load(url, requests, connections))
        took = time.perf_counter() - start
        processor = (_processor_time(process.pid) - before) / len(times)
    cuts = statistics.quantiles(times, n=100)
    return Figures(len(times) / took, cuts[49] * 1e3, cuts[98] * 1e3, processor * 1e6)


async def _load(url: str, requests: list[bytes], connections: int) -> list[float]:
    """Seconds for each, over so many connections, each of which asks as soon as it is answered."""

    async def ask(mine: list[bytes]) -> list[float]:
        reader, writer = await _open(url)
        times = []
        for request in mine:
            start = time.perf_counter()
            await _ask(reader, writer, request)
            times.append(time.perf_counter() - start)
        writer.close()
        return times

    share = len(requests) // connections // 2 * 2
    each = await asyncio.gather(*(ask(requests[share * n : share * (n + 1)]) for n in range(connections)))
    return [taken for times in each for taken in times]


@contextmanager
def stores() -> Iterator[dict[str, str]]:
    """Each kind of store by its name."""
    server = PostgresServer(durable=True)
    try:
        with tempfile.TemporaryDirectory() as folder:
            yield {
                "SQLite": f"sqlite:{folder}/calls.db",
                "SQLite, durable": f"sqlite:{folder}/durable.db?durable=1",
                "PostgreSQL": server.url,
            }
    finally:
        server.close()


def main(webhooks: int) -> None:
    """Print a line for each store and number of connections."""
    print(f"{'store':<16} {'at once':>7} {'a second':>9} {'half (ms)':>10} {'99 % (ms)':>10} {'processor (µs)':>15}")
    for connections in CONNECTIONS:
        with stores() as known:
            for name, store in known.items():
                a_second, half, slowest, processor = figures(store, connections, webhooks)
                print(
                    f"{name:<16} {connections:>7} {a_second:>9,.0f} {half:>10.2f} {slowest:>10.2f} {processor:>15.0f}"
                )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4000)
