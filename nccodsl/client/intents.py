"""What the journal keeps of a call."""

from __future__ import annotations

from nccodsl.base.record import Record
from nccodsl.client.clock import Bounds, Reading

OPEN = ("pending", "unknown")
"""States in which a phone may or may not have rung."""


class Intent(Record):
    """A call in the journal. Times are Unix time; `callee` and `caller` are as in `endpoint_value`.

    `pid` and `started` identify the process that wrote it, `ticks` and `boot` its clocks (see `clock.Reading`).
    `ahead_least` and `ahead_most` are the seconds by which the clock of the server was ahead of `created_at`, or None
    if no response showed that. `lasted` is the duration of the attempt in seconds, or None if the process did not see
    its end. `settled_by` is the person who settled it.
    """

    id: str
    reference: str | None
    fingerprint: str
    host: str
    application_id: str
    api: str
    callee: str
    caller: str | None
    created_at: float
    state: str
    pid: int
    started: str | None
    uuid: str | None = None
    conversation_uuid: str | None = None
    settled_at: float | None = None
    detail: str | None = None
    boot: str | None = None
    ticks: float | None = None
    ahead_least: float | None = None
    ahead_most: float | None = None
    lasted: float | None = None
    settled_by: str | None = None

    @property
    def reading(self) -> Reading | None:
        """The clocks when the call was written; None if they were not stored."""
        return None if self.ticks is None else Reading(self.created_at, self.ticks, self.boot)

    @property
    def ahead(self) -> Bounds | None:
        """The seconds by which the clock of the server was ahead."""
        if self.ahead_least is None or self.ahead_most is None:
            return None
        return Bounds(self.ahead_least, self.ahead_most)


def plain(callee: str) -> str:
    """What an endpoint is called by, as it is compared with others."""
    return callee.removeprefix("+").casefold()
