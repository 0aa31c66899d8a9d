"""The oracle of forecasts: a campaign played second by second, in which `decide` is asked about each person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import inf

from nccodsl.campaign.forecast.campaign_run import RunTerms
from nccodsl.campaign.policy.call_target import CallTarget
from nccodsl.campaign.policy.decide import CallFacts, Decision, decide
from nccodsl.campaign.policy.retry_table import PastTry

Placed = Counter[tuple[int, int]]
"""How many calls began at a second, by it and by how many calls these people had had before."""


class Person:
    """`due` and `number`: since when a person waits, and who came first of those who wait equally long."""

    def __init__(self, target: CallTarget, consent: bool, begins: int, number: int) -> None:
        self.target, self.consent = target, consent
        self.tries: list[PastTry] = []
        self.due: float = begins
        self.number = number
        self.free: float = begins
        self.final = ""

    def decision(self, terms: RunTerms, now: int) -> Decision:
        facts = CallFacts(self.consent, calls=tuple(one.began for one in self.tries), tries=tuple(self.tries))
        return decide(terms.policy, self.target, facts, now)


def play(
    terms: RunTerms, a_second: float, pattern: Sequence[tuple[str, int]], *, every: bool
) -> tuple[Placed, list[Person]]:
    """Play a campaign until no one waits; `pattern`: how a person's first, second … call ends, and its seconds.

    Unless `every` second is played, those in which everyone waits are skipped.
    """
    begins = int(terms.begins)
    people: list[Person] = []
    for group in terms.groups:
        people += [Person(group.target, group.consent, begins, len(people) + n) for n in range(group.people)]
    placed: Placed = Counter()
    now, part, number = begins, 0.0, len(people)
    while any(not one.final for one in people):
        due: list[tuple[float, float, int, Person]] = []
        wakes = inf
        for one in people:
            if one.final or now < one.free:
                wakes = wakes if one.final else min(wakes, one.free)
                continue
            found = one.decision(terms, now)
            if found.what in ("skip", "stop"):
                one.final = found.reason
                continue
            if one.free == now and one.tries:
                one.due = now if found.until is None else found.until
            if found.what == "call":
                due.append((inf if found.closes is None else found.closes, one.due, one.number, one))
            else:
                assert found.until is not None
                wakes = min(wakes, found.until)
        if due:
            allowed = part + a_second
            part = allowed % 1.0
            for *_, one in sorted(due, key=lambda entry: entry[:3])[: int(allowed)]:
                placed[now, len(one.tries)] += 1
                outcome, seconds = pattern[min(len(one.tries), len(pattern) - 1)]
                one.free = now + seconds
                one.tries.append(PastTry(now, one.free, outcome))
                one.number = number = number + 1
        now = now + 1 if due or every or wakes == inf else max(now + 1, int(wakes))
    return placed, people
