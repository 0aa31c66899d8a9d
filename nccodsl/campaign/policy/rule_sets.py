"""The rules of countries and states for a call with a purpose, from dated data with sources (rule_sets.toml).

They are data of the product for the operator's lawyer to confirm, and not legal advice. Several rules can hold for one
person; a call must fit all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from nccodsl.base.package_data import package_data
from nccodsl.base.record import Record
from nccodsl.clock.hours import WEEKDAYS, TimeRange
from nccodsl.errors import UsageError

OTHERS = "XX"
"""The rule set of countries without one. It holds only where a campaign names it."""

Week = tuple[tuple[TimeRange, ...], ...]


class CallRule(Record):
    """What one rule set says about calls with a purpose.

    `week`: the ranges of Monday to Sunday, where the called person is. On the holidays of `holidays` no call is made.
    `in_24_hours` and `in_30_days`: the most calls to a number, or None. `consent`: whether the person must have agreed.
    `list_days`: how old the last comparison with the country's do-not-call list may be, for people who have not agreed;
    None: there is no such list. `days_after_refusal`: days without a call after a person has refused.
    """

    id: str
    version: date
    week: Week
    consent: bool
    holidays: tuple[str, ...] = ()
    in_24_hours: int | None = None
    in_30_days: int | None = None
    list_days: int | None = None
    days_after_refusal: int = 0

    @property
    def name(self) -> str:
        """The rule set and its version: `US-FL@2026-11-29`."""
        return f"{self.id}@{self.version}"


class RuleSet(Record):
    """The rules of a country, or of a state (`US-FL`), by purpose. `note` and `sources` are for people."""

    id: str
    version: date
    title: str
    countries: tuple[str, ...]
    note: str
    sources: tuple[str, ...]
    rules: Mapping[str, CallRule]


@lru_cache(maxsize=1)
def rule_sets() -> Mapping[str, RuleSet]:
    """All rule sets by their ids, in the order of the data."""
    import tomllib

    data = tomllib.loads(package_data(__file__, "rule_sets.toml").decode())
    return {entry["id"]: _rule_set(dict(entry)) for entry in data["set"]}


def rule_set(id: str) -> RuleSet:
    """A rule set by its id. Raises UsageError."""
    try:
        return rule_sets()[id]
    except KeyError:
        raise UsageError(f"there is no rule set `{id}`") from None


def rules_for(country: str, states: Iterable[str], purpose: str, named: Iterable[str] = ()) -> tuple[CallRule, ...]:
    """The rules that a call must fit: of the country, of each of its states, and of what a campaign names.

    Empty where the country has no rule set and the campaign does not name `OTHERS`: then no one there is called. Raises
    UsageError for a name or a purpose that there is not.
    """
    own = [one.id for one in rule_sets().values() if country in one.countries and "-" not in one.id]
    wanted = [*own, *(f"{country}-{state}" for state in states)]
    # Every country has rules for each purpose; a state has them for some.
    given = list(named)
    if not own and OTHERS not in given:
        return ()
    found = {id: rule_sets()[id] for id in wanted if id in rule_sets()} | {id: rule_set(id) for id in given}
    if own:
        found.pop(OTHERS, None)
    if not any(purpose in one.rules for one in found.values()):
        raise UsageError(f"no rule set has the purpose `{purpose}`")
    return tuple(one.rules[purpose] for one in found.values() if purpose in one.rules)


def has_states(country: str, purpose: str) -> bool:
    """Whether states of a country have rules of their own for a purpose."""
    return any(one.id.startswith(f"{country}-") and purpose in one.rules for one in rule_sets().values())


def _rule_set(entry: dict[str, Any]) -> RuleSet:
    known = {name: entry.pop(name) for name in RuleSet._fields if name != "rules"}
    known |= {name: tuple(known[name]) for name in ("countries", "sources")}
    rules = {purpose: _rule(known["id"], known["version"], table) for purpose, table in entry.items()}
    return RuleSet(**known, rules=rules)


def _rule(id: str, version: date, table: Mapping[str, Any]) -> CallRule:
    rest = {name: value for name, value in table.items() if name not in ("hours", "holidays")}
    return CallRule(
        id=id, version=version, week=_week(table["hours"]), holidays=tuple(table.get("holidays", ())), **rest
    )


def _week(lines: Iterable[str]) -> Week:
    """`mon-fri 10:00-13:00 14:00-20:00` and so on as the ranges of Monday to Sunday."""
    week: list[tuple[TimeRange, ...]] = [()] * len(WEEKDAYS)
    for line in lines:
        days, *ranges = line.split()
        first, _, last = days.partition("-")
        for day in range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1):
            week[day] = tuple(map(_range, ranges))
    return tuple(week)


def _range(text: str) -> TimeRange:
    start, end = (int(part[:2]) * 60 + int(part[3:]) for part in text.split("-"))
    return TimeRange(start, end)
