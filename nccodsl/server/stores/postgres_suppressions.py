"""Suppressed numbers in the PostgreSQL database of a store."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from nccodsl.io.postgres import storable
from nccodsl.io.postgres_connections import AsyncConnection, PostgresConnections
from nccodsl.server.stores.suppressions import Suppressed

NUMBERS_TABLE = (
    "CREATE TABLE nccodsl_suppressions (number text PRIMARY KEY, reason text NOT NULL, source text NOT NULL, "
    "since timestamptz NOT NULL, place bigint GENERATED ALWAYS AS IDENTITY)"
)
_ADD = (
    "INSERT INTO nccodsl_suppressions (number, reason, source, since) VALUES (%s, %s, %s, statement_timestamp()) "
    "ON CONFLICT (number) DO NOTHING"
)
_REMOVE = "DELETE FROM nccodsl_suppressions WHERE number = ANY(%s) RETURNING number"
_HAS = "SELECT 1 FROM nccodsl_suppressions WHERE number = %s"
_LIST = (
    "SELECT number, reason, source, extract(epoch FROM since)::float8 FROM nccodsl_suppressions ORDER BY since, place"
)


async def suppress(db: AsyncConnection, opt_outs: Sequence[tuple[str, str]], source: str) -> int:
    """Put numbers in with their reasons, in the transaction of a store; how many were not there. Raises TROUBLE."""
    added, source = 0, storable(source)
    # In one order in all processes, so that none waits for another that waits for it.
    for number, reason in sorted(opt_outs, key=lambda one: one[0]):
        added += (await db.execute(_ADD, (storable(number), storable(reason), source))).rowcount
    return added


class PostgresSuppressions:
    """`AsyncSuppressions` in a database."""

    def __init__(self, connections: PostgresConnections) -> None:
        self._connections = connections

    async def add(self, number: str, reason: str = "", source: str = "") -> bool:
        return await self._connections.run(lambda db: suppress(db, ((number, reason),), source)) == 1

    async def remove(self, numbers: Collection[str]) -> Sequence[str]:
        gone = {one for (one,) in await self._connections.rows(_REMOVE, ([storable(one) for one in numbers],))}
        return [number for number in dict.fromkeys(numbers) if storable(number) in gone]

    async def has(self, number: str) -> bool:
        return bool(await self._connections.rows(_HAS, (storable(number),)))

    async def list(self) -> Sequence[Suppressed]:
        return [Suppressed(*row) for row in await self._connections.rows(_LIST)]
