"""How a campaign stands at one moment: a record without any person's number, and its form in JSON."""

from __future__ import annotations

from nccodsl.base.record import Record
from nccodsl.base.utc import utc_text
from nccodsl.campaign.book_reports import CampaignStatus
from nccodsl.campaign.live.recipient_walk import SeenRecipients

_RATE = 10
STILL = 30.0
"""Seconds without a start after which it is asked whether a worker runs, while recipients are due."""


class CampaignEvent(Record):
    """An entry of the ledger in words. `at` is Unix time, `row` that of the recipient; 0: of the campaign."""

    at: float
    row: int
    words: str


class CampaignNow(Record):
    """A campaign at the moment `at` (Unix time).

    `limit`: the most starts a second. `starts`: how many calls began in each of the last seconds, the latest last.
    `seen`: what was counted of the recipients, None until all were looked at once; `walked`: how many were looked at
    since. `outcomes` counts calls. `still`: seconds since the last start, None if there was none lately.
    """

    at: float
    status: CampaignStatus
    limit: int
    starts: tuple[int, ...]
    seen: SeenRecipients | None
    walked: int
    outcomes: dict[str, int]
    events: tuple[CampaignEvent, ...]
    still: float | None

    @property
    def waiting(self) -> int:
        return self.status.counts.get("waiting", 0)

    @property
    def rate(self) -> float:
        """Starts a second, over the last ten seconds."""
        return sum(self.starts[-_RATE:]) / _RATE

    @property
    def rest(self) -> float | None:
        """Seconds that are left at least: without tries that are still to come. None where that cannot be said."""
        if self.status.shown != "running" or not self.waiting or self.seen is None:
            return None
        began = next((second for second, count in enumerate(self.starts) if count), len(self.starts))
        rate = sum(self.starts) / max(len(self.starts) - began, _RATE)
        wait = max((self.seen.last or 0.0) - self.at, 0.0)
        return max(self.waiting / (rate or self.limit), wait)

    @property
    def needs_worker(self) -> bool:
        """Whether recipients are due, and no call has begun for a while: perhaps no worker runs."""
        due = self.seen.due if self.seen is not None else 0
        return self.status.state == "running" and due > 0 and (self.still is None or self.still >= STILL)


def now_as_json(one: CampaignNow) -> dict[str, object]:
    """A campaign at one moment, for machines; times are in ISO 8601."""
    seen = one.seen
    return {
        "campaign": one.status.name,
        "at": utc_text(one.at),
        "state": one.status.shown,
        "recipients": dict(sorted(one.status.counts.items())),
        "rate": one.rate,
        "limit": one.limit,
        "starts": list(one.starts),
        "queue": None if seen is None else _queue(seen),
        "walked": one.walked,
        "outcomes": one.outcomes,
        "reasons": {} if seen is None else seen.reasons,
        "rest_seconds": None if one.rest is None else round(one.rest),
        "needs_worker": one.needs_worker,
        "events": [{"at": utc_text(event.at), "row": event.row, "words": event.words} for event in one.events],
    }


def _queue(seen: SeenRecipients) -> dict[str, object]:
    return {
        "due": seen.due,
        "next": None if seen.next is None else utc_text(seen.next),
        "hours": [{"hour": utc_text(hour), "recipients": count} for hour, count in seen.hours.items()],
        "zones": [
            {
                "zone": zone.zone,
                "due": zone.due,
                "waiting": zone.waiting,
                "next": None if zone.next is None else utc_text(zone.next),
            }
            for zone in seen.zones
        ],
    }
