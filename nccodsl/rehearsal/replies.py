"""What fetches get if it is known beforehand: replies by their address."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nccodsl.base.record import Record
from nccodsl.rehearsal.wildcards import wildcard
from nccodsl.runtime.web_requests import Fetched


class FetchReply(Record):
    """What an address brings; `*` in `url` stands for anything."""

    url: str
    fetched: Fetched

    def names(self, url: str) -> bool:
        pieces = (piece if piece != "*" else None for piece in re.split(r"(\*)", self.url))
        return wildcard(pieces).fullmatch(url) is not None


class Replies:
    """The replies of a call. Of several to one address, each is given once and the last again and again."""

    def __init__(self, replies: Sequence[FetchReply] = ()) -> None:
        self._replies = tuple(replies)
        self._given: dict[str, int] = {}

    def to(self, url: str) -> Fetched | None:
        """What an address brings; None where nothing says it."""
        first = next((reply for reply in self._replies if reply.names(url)), None)
        if first is None:
            return None
        alike = [reply.fetched for reply in self._replies if reply.url == first.url]
        turn = self._given.get(first.url, 0)
        self._given[first.url] = turn + 1
        return alike[min(turn, len(alike) - 1)]
