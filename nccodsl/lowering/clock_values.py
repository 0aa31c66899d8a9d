"""What templates read of the clock: `now`, and the opening hours of the script."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from nccodsl.analysis.built_in_names import NOW
from nccodsl.analysis.program import Hole, HoursItem, Program
from nccodsl.clock.hours import Hours
from nccodsl.clock.zones import zone_names, zone_of
from nccodsl.diagnostics import messages
from nccodsl.lowering.holes import Failed, evaluator
from nccodsl.templates import Scope

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

Zone = Callable[[Scope], "ZoneInfo"]


class ClockValues:
    """The clock of one script. `read`: whether anything in it reads it."""

    def __init__(self, program: Program) -> None:
        names = {name for name, _ in program.clock}
        self.read = bool(names)
        self._now = NOW in names and program.zone is not None
        self._zone = _zone(program.zone)
        self._hours = [
            (name, self._zone if item.zone is None else _zone(item.zone), _in_zones(item))
            for name, item in program.hours.items()
            if name in names
        ]

    def fill(self, scope: Scope, moment: datetime) -> None:
        """Put what the clock says at a moment, which has a zone, into a scope. Raises Failed: there is no such zone."""
        if self._now:
            scope[NOW] = moment.astimezone(self._zone(scope))
        for name, zone, hours in self._hours:
            said = hours(zone(scope)).at(moment)
            scope[name] = {"open": said.open, "opens": said.opens, "closes": said.closes, "reason": said.reason}

    def hours(self, scope: Scope) -> list[Hours]:
        """The opening hours that the script reads. Raises Failed."""
        return [hours(zone(scope)) for _, zone, hours in self._hours]

    def zone(self, scope: Scope) -> ZoneInfo:
        """The script's zone. Raises Failed."""
        return self._zone(scope)


def _zone(draft: str | Hole | None) -> Zone:
    if not isinstance(draft, Hole):
        return lambda _scope: _constant(draft or "UTC")
    hole, evaluate = draft, evaluator(draft)

    def find(scope: Scope) -> ZoneInfo:
        name = evaluate(scope)
        if not isinstance(name, str):
            from nccodsl.templates.operators import kind

            raise Failed(hole, messages.clock.zone_not_text(kind(name)))
        zone = zone_of(name)
        if zone is None:
            raise Failed(hole, messages.clock.no_zone(name, zone_names))
        return zone

    return find


def _constant(name: str) -> ZoneInfo:
    zone = zone_of(name)
    assert zone is not None, "constant zones are judged before"
    return zone


def _in_zones(item: HoursItem) -> Callable[[ZoneInfo], Hours]:
    """The hours for a zone; as a rule there is one, so the last is kept."""
    from nccodsl.clock.holidays import holidays_of_all

    kept: list[Hours] = []
    holiday = holidays_of_all(item.regions)

    def hours(zone: ZoneInfo) -> Hours:
        if not kept or kept[-1].zone is not zone:
            kept[:] = [Hours(zone, item.week, item.dates, holiday)]
        return kept[-1]

    return hours
