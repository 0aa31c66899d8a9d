"""A campaign in numbers: each recipient with the last call, and how often what happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime

from nccodsl.base.record import Record
from nccodsl.campaign.book import Book
from nccodsl.campaign.book_reports import AttemptLine, CampaignStatus, RecipientLine
from nccodsl.campaign.policy.candidate_zones import place_of

NOT_KNOWN = "unknown"
NOT_RECORDED = "not recorded"
NO_BRANCH = "no branch"


class ReportLine(Record):
    """A recipient and the last attempt: its outcome, or its state. Seconds and price are those of all calls.

    `calls`: attempts that became a call, or may have. `began`: when the last one did (Unix time). `price` is None where
    none is known. `code`: what is wrong with the row, where that is why it is skipped.
    """

    row: int
    number: str | None
    state: str
    reason: str | None
    calls: int
    outcome: str | None
    began: float | None
    seconds: float
    price: float | None
    code: str | None


class CampaignReport(Record):
    """How a campaign stands, and what its calls took together. `outcomes` counts calls, `reasons` recipients.

    `not_placed` counts attempts that did not become calls. `price` is None where none is known.
    """

    status: CampaignStatus
    calls: int
    seconds: float
    price: float | None
    outcomes: dict[str, int]
    not_placed: dict[str, int]
    reasons: dict[str, int]
    first: float | None
    last: float | None


class GroupCount(Record):
    """The calls of one group: how many there were, how many of them were completed, and what they cost, if known.

    A call is in one group, but in each branch that it took.
    """

    group: str
    calls: int
    completed: int
    price: float | None


_NOT_PLACED = frozenset(("refused", "unsent", "absent"))
"""States of attempts that did not become calls."""


def _calls(book: Book, name: str) -> Iterator[AttemptLine]:
    """The attempts that became calls, or may have."""
    return (one for one in book.attempts(name) if one.state not in _NOT_PLACED)


def _sum(total: float | None, price: float | None) -> float | None:
    """A sum of prices, of which some are not known."""
    return total if price is None else (total or 0.0) + price


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
    not_placed: Counter[str] = Counter()
    seconds = 0.0
    price: float | None = None
    first = last = None
    for one in book.attempts(name):
        if one.state in _NOT_PLACED:
            not_placed[one.state] += 1
            continue
        outcomes[_outcome(one, {})] += 1
        seconds += one.seconds or 0.0
        price = _sum(price, one.price)
        first = one.claimed if first is None else first
        last = max(last or 0.0, one.ended or one.claimed)
    reasons = Counter(f"{one.state}: {one.reason}" if one.reason else one.state for one in book.lines(name))
    return CampaignReport(
        book.status(name),
        outcomes.total(),
        seconds,
        price,
        dict(outcomes.most_common()),
        dict(not_placed.most_common()),
        dict(reasons.most_common()),
        first,
        last,
    )


def groups_of(book: Book, name: str, by: str) -> list[GroupCount]:
    """The calls of a campaign by one of GROUPS: hours in order, others with the most calls first."""
    group = GROUPS[by]
    numbers = {one.id: one.callee for one in book.lines(name)} if by == "zone" else {}
    counts = _grouped(((group(one, numbers),), one) for one in _calls(book, name))
    return sorted(counts, key=lambda one: one.group) if by == "hour" else counts


def branches_of(book: Book, name: str, branches: Mapping[str, Collection[str]]) -> list[GroupCount]:
    """The calls of a campaign by the branches that they took, those with the most calls first.

    `branches` of each recorded call, by its uuid; other calls are counted as such.
    """
    unknown, none = (NOT_RECORDED,), (NO_BRANCH,)
    return _grouped((branches.get(one.uuid or "", unknown) or none, one) for one in _calls(book, name))


def _grouped(calls: Iterable[tuple[Collection[str], AttemptLine]]) -> list[GroupCount]:
    counts: Counter[str] = Counter()
    completed: Counter[str] = Counter()
    prices: dict[str, float | None] = {}
    for groups, one in calls:
        for key in groups:
            counts[key] += 1
            completed[key] += one.outcome == "completed"
            prices[key] = _sum(prices.get(key), one.price)
    return [GroupCount(key, count, completed[key], prices[key]) for key, count in counts.most_common()]


def report_lines(book: Book, name: str) -> Iterator[ReportLine]:
    """Each recipient, by rows."""
    codes = {
        entry.recipient: str(code)
        for entry in book.story(name)
        if entry.what == "skip" and (code := entry.facts.get("code"))
    }
    return _joined(book.lines(name), book.attempts(name), codes)


class _Called(Record):
    """What the attempts to call a recipient make together."""

    calls: int = 0
    outcome: str | None = None
    began: float | None = None
    seconds: float = 0.0
    price: float | None = None

    def with_attempt(self, one: AttemptLine) -> _Called:
        """The same with another attempt."""
        outcome = _outcome(one, {})
        if one.state in _NOT_PLACED:
            return _Called(self.calls, outcome, self.began, self.seconds, self.price)
        seconds, price = self.seconds + (one.seconds or 0.0), _sum(self.price, one.price)
        return _Called(self.calls + 1, outcome, one.began or one.claimed, seconds, price)


def _joined(
    people: Iterable[RecipientLine], attempts: Iterable[AttemptLine], codes: dict[int, str]
) -> Iterator[ReportLine]:
    called: dict[int, _Called] = {}
    nothing = _Called()
    for one in attempts:
        called[one.recipient] = called.get(one.recipient, nothing).with_attempt(one)
    for person in people:
        of = called.get(person.id, nothing)
        yield ReportLine(
            person.id,
            person.callee,
            person.state,
            person.reason,
            of.calls,
            of.outcome,
            of.began,
            of.seconds,
            of.price,
            codes.get(person.id),
        )
