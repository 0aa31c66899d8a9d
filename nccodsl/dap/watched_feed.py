"""What the adapter needs of a server whose calls it watches: its lines, as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol


class WatchedFeed(Protocol):
    """The feed of a server."""

    def lines(self) -> Iterator[bytes]:
        """The lines, without their ends; it waits for the next one. Raises UsageError where the server is gone."""

    def close(self) -> None:
        """Read no more; from any thread."""


Watch = Callable[[str, str], WatchedFeed]
"""Connects to the server at a URL with a token. Raises UsageError with what is wrong."""
