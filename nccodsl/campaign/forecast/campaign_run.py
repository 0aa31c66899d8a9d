"""One run of a campaign in virtual time: who is called when, and what becomes of everyone.

People with the same past are one cohort, and time goes in steps. Among those who may be called, the ones whose window
closes first come first, as in the book; then those who wait longest. What follows a call is for `decide` to say, as in
a real campaign: the run has no rules of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from heapq import heappop, heappush
from math import ceil, inf

from nccodsl.base.record import Record
from nccodsl.campaign.forecast.people_groups import PeopleGroup
from nccodsl.campaign.policy.call_target import CampaignPolicy
from nccodsl.campaign.policy.decide import REACHED, CallFacts, decide
from nccodsl.campaign.policy.retry_table import PastTry, terms_left

_DAY = 24 * 3600
LONGEST = 366 * _DAY
"""Seconds after which a run ends, even if people are left."""
HOUR = 3600

Tries = tuple[PastTry, ...]
Ends = Callable[[float, Tries, int], dict[str, int]]
"""How so many calls end that begin at a moment, to people with the same past."""


class RunTerms(Record):
    """What all runs of a campaign have in common. `begins`: Unix time. `step`: seconds; 1 is exact.

    `calls`: the most calls in all, or infinite.
    """

    policy: CampaignPolicy
    groups: tuple[PeopleGroup, ...]
    begins: float
    step: int = 1
    calls: float = inf


class RunPace(Record):
    """What is so in one run: calls that begin in a second, and how long one lasts, by outcome."""

    a_second: float
    seconds: Mapping[str, float]
    ends: Ends


class CampaignOutcome(Record):
    """What a run has come to.

    `ended`: when the last call was over, in Unix time, or when the run began if there was none. `calls`: by outcome.
    `hours`: calls by the hour in which they began, counted from 1970. `left`: people who were never called, by group.
    `reached`: people a call has reached. `stopped`: whether the campaign's most calls were made.
    """

    ended: float
    calls: Counter[str]
    hours: Counter[int]
    left: tuple[int, ...]
    reached: int
    stopped: bool


class _Cohort(Record):
    people: int
    tries: Tries


class _Queue:
    """The people of a group who wait, the first who are due first. `closes`: infinite where nothing closes soon."""

    def __init__(self, number: int, group: PeopleGroup, begins: int, until: float) -> None:
        self.number = number
        self.group = group
        self.until = min(group.until, until)
        self.closes = inf
        self.looked_at_again = inf
        self.owed = 0.0
        """Calls that it has had too few, compared with others that wait equally long."""
        self._pushed = 0
        self._waiting: list[tuple[float, int, _Cohort]] = []
        self.push(begins, _Cohort(group.people, ()))

    def push(self, due: float, cohort: _Cohort) -> None:
        heappush(self._waiting, (due, self._pushed, cohort))
        self._pushed += 1

    @property
    def due(self) -> float:
        """When the next of them is called; infinite: no one waits."""
        return self._waiting[0][0] if self._waiting else inf

    @property
    def people(self) -> int:
        """How many of them are due at that moment and have the same past."""
        return self._waiting[0][2].people

    def take(self, most: int) -> _Cohort:
        """So many of the first cohort, at most."""
        due, number, cohort = heappop(self._waiting)
        if cohort.people <= most:
            return cohort
        heappush(self._waiting, (due, number, _Cohort(cohort.people - most, cohort.tries)))
        return _Cohort(most, cohort.tries)

    @property
    def untried(self) -> int:
        return sum(cohort.people for _, _, cohort in self._waiting if not cohort.tries)

    def opens(self, now: float) -> float:
        """When calls may begin, now or later; infinite: never. Notes until when."""
        calendar = self.group.target.calendar
        assert calendar is not None
        found = calendar.next(now, None if self.until == inf else self.until)
        if found is None:
            return inf
        begins = max(now, found.opens)
        self.closes = min(inf if found.closes is None else found.closes, self.until)
        # What stays open for a week may close then.
        self.looked_at_again = begins + _DAY if self.closes == inf else self.closes
        return begins


class CampaignRun:
    """One run."""

    def __init__(self, terms: RunTerms, pace: RunPace) -> None:
        self._terms = terms
        self._pace = pace
        begins = ceil(max(terms.begins, terms.policy.begins or -inf))
        until = begins + LONGEST if terms.policy.deadline is None else terms.policy.deadline
        self._queues = [_Queue(number, group, begins, until) for number, group in enumerate(terms.groups)]
        self._asleep: list[tuple[float, int]] = []
        self._open: list[_Queue] = []
        self._now = float(begins)
        self._part = 0.0
        self._ended = terms.begins
        self._reached = 0
        self._calls: Counter[str] = Counter()
        self._hours: Counter[int] = Counter()
        self._rest = terms.calls

    def outcome(self) -> CampaignOutcome:
        """Let the campaign run."""
        for queue in self._queues:
            self._sleep(queue)
        while self._rest > 0 and (self._open or self._asleep):
            self._wake()
            if self._open:
                self._step()
        left = tuple(queue.untried for queue in self._queues)
        return CampaignOutcome(self._ended, self._calls, self._hours, left, self._reached, self._rest <= 0)

    def _sleep(self, queue: _Queue) -> None:
        """Until it is open and someone is due; for good where that never is."""
        if queue.due < inf:
            wakes = queue.opens(max(queue.due, self._now))
            if wakes < inf:
                heappush(self._asleep, (wakes, queue.number))

    def _wake(self) -> None:
        if not self._open and self._asleep:
            self._now = max(self._now, ceil(self._asleep[0][0]))
        while self._asleep and self._asleep[0][0] <= self._now:
            queue = self._queues[heappop(self._asleep)[1]]
            # A moment was rounded up, or a step ended later.
            if queue.opens(self._now) <= self._now:
                self._open.append(queue)
            else:
                self._sleep(queue)

    def _step(self) -> None:
        ends = min(self._now + self._terms.step, *(queue.looked_at_again for queue in self._open))
        allowed = self._part + (ends - self._now) * self._pace.a_second
        budget = int(min(allowed, self._rest))
        self._part = allowed % 1.0
        for queues in self._in_order():
            if not budget:
                break
            budget -= self._call(queues, budget)
        self._now = ends
        still: list[_Queue] = []
        for queue in self._open:
            if queue.looked_at_again > ends and queue.due <= ends:
                still.append(queue)
            else:
                self._sleep(queue)
        self._open = still

    def _in_order(self) -> Sequence[list[_Queue]]:
        """The open queues, those first that close first; together those that close together."""
        together: dict[float, list[_Queue]] = {}
        for queue in self._open:
            together.setdefault(queue.closes, []).append(queue)
        return [together[closes] for closes in sorted(together)]

    def _call(self, queues: list[_Queue], budget: int) -> int:
        """Call as many as that from queues that close together; how many it were."""
        called = 0
        while called < budget:
            due = min(queue.due for queue in queues)
            if due > self._now:
                break
            first = [queue for queue in queues if queue.due == due]
            # Of those who wait equally long, all groups have their part.
            parts = _shared(min(budget - called, sum(one.people for one in first)), first)
            for queue, part in zip(first, parts, strict=True):
                if part:
                    self._end(queue, queue.take(part))
            called += sum(parts)
        return called

    def _end(self, queue: _Queue, cohort: _Cohort) -> None:
        """People are called now, and their calls end."""
        began = self._now
        self._rest -= cohort.people
        self._hours[int(began // HOUR)] += cohort.people
        for outcome, people in self._pace.ends(began, cohort.tries, cohort.people).items():
            ended = began + self._pace.seconds[outcome]
            self._calls[outcome] += people
            self._ended = max(self._ended, ended)
            if outcome == REACHED:
                self._reached += people
                continue
            tries = (*cohort.tries, PastTry(began, ended, outcome))
            if terms_left(self._terms.policy.retries, tries) is not None:
                self._decide(queue, _Cohort(people, tries), ended)

    def _decide(self, queue: _Queue, cohort: _Cohort, now: float) -> None:
        group = queue.group
        calls = tuple(one.began for one in cohort.tries)
        facts = CallFacts(consent=group.consent, calls=calls, tries=cohort.tries)
        decision = decide(self._terms.policy, group.target, facts, now)
        if decision.what == "call":
            queue.push(now, cohort)
        elif decision.until is not None:
            queue.push(decision.until, cohort)


def _shared(whole: int, queues: Sequence[_Queue]) -> list[int]:
    """How many of so many calls go to each queue: in proportion to its people, over time where they are few."""
    total = sum(queue.people for queue in queues)
    for queue in queues:
        queue.owed += whole * queue.people / total
    parts = [0] * len(queues)
    left = whole
    for number in sorted(range(len(queues)), key=lambda one: -queues[one].owed):
        queue = queues[number]
        parts[number] = min(max(ceil(queue.owed), 0), queue.people, left)
        left -= parts[number]
        queue.owed -= parts[number]
    return parts
