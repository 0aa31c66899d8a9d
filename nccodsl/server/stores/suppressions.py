"""Numbers that are not to be called again: what `opt_out` puts in with a state, and what people add and remove.

What places calls asks `has` before it dials; so a list of its own may be kept by another program that does the same.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple, Protocol


class Suppressed(NamedTuple):
    """A number that is suppressed: digits without `+`. `since` is Unix time.

    `source` is the script and the key of its call, or empty where a person has added it.
    """

    number: str
    reason: str
    source: str
    since: float


class Suppressions(Protocol):
    """A list that answers at once. Safe to share between threads. All methods raise BadStore."""

    def add(self, number: str, reason: str = "", source: str = "") -> bool:
        """Suppress a number; whether it was not. What was said of it first stays."""

    def remove(self, numbers: Collection[str]) -> Sequence[str]:
        """Suppress these no more; the ones that were."""

    def has(self, number: str) -> bool:
        """Whether a number is suppressed."""

    def list(self) -> Sequence[Suppressed]:
        """All of them, the oldest first."""


class AsyncSuppressions(Protocol):
    """A list that is reached through a network."""

    async def add(self, number: str, reason: str = "", source: str = "") -> bool: ...

    async def remove(self, numbers: Collection[str]) -> Sequence[str]: ...

    async def has(self, number: str) -> bool: ...

    async def list(self) -> Sequence[Suppressed]: ...


class DirectSuppressions:
    """An `AsyncSuppressions` over one that answers at once."""

    def __init__(self, suppressions: Suppressions) -> None:
        self._suppressions = suppressions

    async def add(self, number: str, reason: str = "", source: str = "") -> bool:
        return self._suppressions.add(number, reason, source)

    async def remove(self, numbers: Collection[str]) -> Sequence[str]:
        return self._suppressions.remove(numbers)

    async def has(self, number: str) -> bool:
        return self._suppressions.has(number)

    async def list(self) -> Sequence[Suppressed]:
        return self._suppressions.list()
