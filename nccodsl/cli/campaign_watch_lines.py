"""A campaign at one moment in words for a terminal."""

from __future__ import annotations

from datetime import datetime

from nccodsl.campaign.live.campaign_now import CampaignNow
from nccodsl.cli.campaign_work import counts_line

_UNITS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def line_of(one: CampaignNow) -> str:
    """How a campaign stands, in one line. It stays the same as long as nothing changes."""
    parts = [f"{one.status.shown}; {counts_line(one.status.counts)}"]
    if one.seen is not None and one.seen.due == 0 and one.seen.next is not None:
        parts.append(f"next call from {clock_of(one.seen.next, one.at)}")
    if one.needs_worker:
        parts.append(NO_WORKER)
    return f"{one.status.name}: {'; '.join(parts)}"


NO_WORKER = "recipients are due and no call begins: does a worker run?"


def pace_of(one: CampaignNow) -> str:
    """Calls a second against the limit, and what is left."""
    rest = "" if one.rest is None else f", {span_of(one.rest)} left at least"
    return f"{one.rate:.1f} of {one.limit} calls a second{rest}"


def span_of(seconds: float) -> str:
    """A span of time as people say it, of at most two units: `2 h 5 min`."""
    left, parts = round(seconds), []
    for size, unit in _UNITS:
        if left >= size:
            parts.append(f"{left // size} {unit}")
            left %= size
        elif parts:
            break
    return " ".join(parts[:2]) or "0 s"


def clock_of(moment: float, now: float, *, seconds: bool = False) -> str:
    """A moment (Unix time) on the clock of this machine; with its date where that is another day."""
    at = datetime.fromtimestamp(moment).astimezone()
    today = datetime.fromtimestamp(now).astimezone().date() == at.date()
    time = "%H:%M:%S" if seconds else "%H:%M"
    return at.strftime(time if today else f"%a %Y-%m-%d {time}")
