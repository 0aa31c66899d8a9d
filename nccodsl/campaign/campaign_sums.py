"""A campaign in numbers: each recipient with the last call, and how often what happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

from nccodsl.base.record import Record
from nccodsl.campaign.book import Book
from nccodsl.campaign.book_reports import AttemptLine, CampaignStatus, RecipientLine
from nccodsl.campaign.policy.candidate_zones import place_of

NOT_KNOWN = "unknown"


class ReportLine(Record):
    """A recipient and the last call: outcome and beginning (Unix time). Seconds and price are those of all calls."""

    row: int
    number: str | None
    state: str
    reason: str | None
    attempts: int
    outcome: str | None
    began: float | None
    seconds: float
    price: float


class CampaignReport(Record):
    """How a campaign stands, and what its calls took together. `outcomes` counts calls, `reasons` recipients."""

    status: CampaignStatus
    calls: int
    seconds: float
    price: float
    outcomes: dict[str, int]
    reasons: dict[str, int]
    first: float | None
    last: float | None


class GroupCount(Record):
    """The calls of one group: how many there were, how many of them were completed, and what they cost."""

    group: str
    calls: int
    completed: int
    price: float


def _hour(one: AttemptLine, _numbers: dict[int, str | None]) -> str:
    return datetime.fromtimestamp(one.claimed, UTC).strftime("%Y-%m-%d %H:00Z")


def _zone(one: AttemptLine, numbers: dict[int, str | None]) -> str:
    return zone_of_number(numbers.get(one.recipient))


def zone_of_number(number: str | None) -> str:
    """The time zone of a number (E.164 digits) for people: the first one where several are possible."""
    zones = place_of(number).zones if number else ()
    return zones[0] if len(zones) == 1 else f"{zones[0]} and others" if zones else NOT_KNOWN


def _outcome(one: AttemptLine, _numbers: dict[int, str | None]) -> str:
    return one.outcome or one.state


GROUPS: dict[str, Callable[[AttemptLine, dict[int, str | None]], str]] = {
    "outcome": _outcome,
    "hour": _hour,
    "zone": _zone,
}
"""What calls can be counted by."""


def report_of(book: Book, name: str) -> CampaignReport:
    """The sums of a campaign. Raises BadJournal, NoCampaign."""
    outcomes: Counter[str] = Counter()
    seconds = price = 0.0
    first = last = None
    for one in book.attempts(name):
        outcomes[_outcome(one, {})] += 1
        seconds += one.seconds or 0.0
        price += one.price or 0.0
        first = one.claimed if first is None else first
        last = max(last or 0.0, one.ended or one.claimed)
    reasons = Counter(f"{one.state}: {one.reason}" if one.reason else one.state for one in book.lines(name))
    called = sum(outcomes.values())
    return CampaignReport(
        book.status(name),
        called,
        seconds,
        price,
        dict(outcomes.most_common()),
        dict(reasons.most_common()),
        first,
        last,
    )


def groups_of(book: Book, name: str, by: str) -> list[GroupCount]:
    """The calls of a campaign by one of GROUPS: hours in order, others with the most calls first."""
    group = GROUPS[by]
    numbers = {one.id: one.callee for one in book.lines(name)} if by == "zone" else {}
    calls: Counter[str] = Counter()
    completed: Counter[str] = Counter()
    prices: Counter[str] = Counter()
    for one in book.attempts(name):
        key = group(one, numbers)
        calls[key] += 1
        completed[key] += one.outcome == "completed"
        prices[key] += one.price or 0.0  # type: ignore[assignment]
    order = sorted(calls) if by == "hour" else [key for key, _ in calls.most_common()]
    return [GroupCount(key, calls[key], completed[key], float(prices[key])) for key in order]


def report_lines(book: Book, name: str) -> Iterator[ReportLine]:
    """Each recipient, by rows."""
    return _joined(book.lines(name), book.attempts(name))


def _joined(people: Iterable[RecipientLine], attempts: Iterable[AttemptLine]) -> Iterator[ReportLine]:
    last: dict[int, tuple[str | None, float | None, float, float]] = {}
    nothing = (None, None, 0.0, 0.0)
    for one in attempts:
        _, _, seconds, price = last.get(one.recipient, nothing)
        moment = one.began or one.claimed
        last[one.recipient] = (_outcome(one, {}), moment, seconds + (one.seconds or 0.0), price + (one.price or 0.0))
    for person in people:
        outcome, began, seconds, price = last.get(person.id, nothing)
        yield ReportLine(
            person.id, person.callee, person.state, person.reason, person.attempts, outcome, began, seconds, price
        )
