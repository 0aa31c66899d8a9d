"""People who are alike for a campaign: one calendar, the same caps, the same zones. Their number is all that counts."""

from __future__ import annotations

from math import inf

from nccodsl.base.record import Record
from nccodsl.campaign.policy.call_target import CallTarget

_DAY = 24 * 3600


class PeopleGroup(Record):
    """So many `people`, of whom `target` is one. `until`: no call begins from then on, in Unix time; or infinite."""

    target: CallTarget
    consent: bool
    people: int
    until: float


class PeopleCount:
    """Counts people by what matters for their calls."""

    def __init__(self, compared: float | None = None) -> None:
        """`compared`: when the list was last compared with the do-not-call list, in Unix time."""
        self._compared = compared
        # Targets are kept with their keys, so that no other one gets the id of one.
        self._of_target: dict[tuple[int, bool], tuple[tuple[object, ...], CallTarget]] = {}
        self._first: dict[tuple[object, ...], tuple[CallTarget, bool, float]] = {}
        self._count: dict[tuple[object, ...], int] = {}

    def add(self, target: CallTarget, consent: bool) -> None:
        """One more person, who can be called."""
        known = self._of_target.get((id(target), consent))
        key = known[0] if known is not None else self._noted(target, consent)
        self._count[key] += 1

    def groups(self) -> list[PeopleGroup]:
        """In the order in which they were met first."""
        return [
            PeopleGroup(target, consent, self._count[key], until)
            for key, (target, consent, until) in self._first.items()
        ]

    def _noted(self, target: CallTarget, consent: bool) -> tuple[object, ...]:
        assert target.calendar is not None, "people without a calendar are skipped"
        days = [rule.list_days for rule in target.rules if rule.list_days]
        until = inf
        if days and not consent and self._compared is not None:
            until = self._compared + min(days) * _DAY + 1
        caps = tuple(sorted((cap.most, cap.seconds) for cap in target.caps))
        key = (target.calendar.id, caps, target.locality.zones, consent, until)
        self._of_target[id(target), consent] = key, target
        self._first.setdefault(key, (target, consent, until))
        self._count.setdefault(key, 0)
        return key
