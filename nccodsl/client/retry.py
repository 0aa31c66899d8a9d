"""Which failures are tried again, and after how long. Pure: it neither waits nor sends.

The rule above all others: a create request is never sent again after anything of it may have arrived.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from email.utils import parsedate_to_datetime
from enum import Enum
from random import Random

from nccodsl.base.record import Record

LONGEST_WISH = 60.0
"""Seconds of a `Retry-After` that are waited at most."""


class SendFailure(Enum):
    """How an attempt failed."""

    NOT_SENT = "no connection, so nothing was sent"
    LIMITED = "429: the request was not accepted, and is not queued"
    SERVER = "502, 503 or 504: unknown whether the server did it"
    LOST = "sent, but not answered"
    FINAL = "an answer that will not change"


_AGAIN_ANYWAY = frozenset((SendFailure.NOT_SENT, SendFailure.LIMITED))
_AGAIN_IF_REPEATABLE = _AGAIN_ANYWAY | {SendFailure.SERVER, SendFailure.LOST}

PASSING = frozenset((502, 503, 504))
"""Statuses of a server that may do better in a moment."""


class Retries(Record):
    """At most `attempts` in `total` seconds. The n-th wait is random, up to `first` * 2^(n-1) and up to `longest`."""

    attempts: int = 4
    total: float = 90.0
    first: float = 0.5
    longest: float = 15.0

    def wait(
        self,
        failure: SendFailure,
        *,
        repeatable: bool,
        attempt: int,
        elapsed: float,
        random: Random,
        wish: float | None = None,
    ) -> float | None:
        """Seconds until the next attempt, or None to stop.

        `repeatable`: sending the request twice has the same effect as once; never true for a create request. `attempt`
        is the number of attempts so far, `elapsed` the seconds since the first one began, `wish` the wait that the
        server asks for.
        """
        if failure not in (_AGAIN_IF_REPEATABLE if repeatable else _AGAIN_ANYWAY) or attempt >= self.attempts:
            return None
        # "Full jitter": clients that failed together do not come back together.
        seconds = random.uniform(0.1, 1.0) * min(self.first * 2 ** (attempt - 1), self.longest)
        if wish is not None:
            # A little later than wished, and not all at once.
            seconds = min(wish, LONGEST_WISH) + random.uniform(0.0, 0.25)
        return seconds if elapsed + seconds <= self.total else None


NEVER = Retries(attempts=1)


def retry_after(header: str | None, now: Callable[[], float]) -> float | None:
    """Seconds that a `Retry-After` header asks for (RFC 9110, 10.2.3), as a number or a date; None for nonsense."""
    if header is None:
        return None
    header = header.strip()
    if header.isascii() and header.isdecimal():
        return float(header[:9])
    try:
        date = parsedate_to_datetime(header)
    except (TypeError, ValueError, IndexError):
        return None
    moment = date if date.tzinfo else date.replace(tzinfo=UTC)
    return max(moment.timestamp() - now(), 0.0)
