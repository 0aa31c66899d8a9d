"""The page about rules shows the data: its tables are written by `pytest --accept`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest

from nccodsl.campaign.policy.candidate_zones import place_of
from nccodsl.campaign.policy.reasons import REASONS
from nccodsl.campaign.policy.rule_sets import CallRule, rule_sets
from nccodsl.clock.hours import WEEKDAYS

PAGE = Path(__file__).parents[3] / "docs" / "rules-and-responsibility.md"


def table(heads: str, rows: Iterator[list[str]]) -> str:
    lines = [heads.split(" | "), ["---"] * (heads.count(" | ") + 1), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def hours(rule: CallRule) -> str:
    parts = []
    for ranges, days in groupby(range(7), key=lambda day: rule.week[day]):
        first, *more = [WEEKDAYS[day] for day in days]
        spans = " ".join(f"{one.start // 60}:{one.start % 60:02}-{one.end // 60}:{one.end % 60:02}" for one in ranges)
        if ranges:
            parts.append(f"{first}{'-' + more[-1] if more else ''} {spans}")
    return ", ".join(parts)


def limits(rule: CallRule) -> str:
    found = {
        "{} in 24 h": rule.in_24_hours,
        "{} in 30 days": rule.in_30_days,
        "none for {} days after a refusal": rule.days_after_refusal or None,
    }
    return ", ".join(text.format(number) for text, number in found.items() if number is not None)


def rule_rows() -> Iterator[list[str]]:
    for one in rule_sets().values():
        for purpose, rule in one.rules.items():
            agreed = "yes" if rule.consent else "no"
            days = f"{rule.list_days} days" if rule.list_days else ""
            holidays = "no calls" if rule.holidays else ""
            yield [f"`{one.id}` {one.title}", purpose, hours(rule), holidays, limits(rule), agreed, days]


def source_rows() -> Iterator[list[str]]:
    for one in rule_sets().values():
        yield [f"`{one.id}`", one.note, "; ".join(one.sources)]


def reason_rows() -> Iterator[list[str]]:
    for name, reason in REASONS.items():
        yield [f"`{name}`", reason.what, re.sub(r"\{(\w+)\}", "…", reason.sentence)]


PARTS = {
    "rule sets": lambda: table("rule set | purpose | hours | holidays | most calls | consent | list", rule_rows()),
    "sources": lambda: table("rule set | note | sources", source_rows()),
    "reasons": lambda: table("reason | leads to | meaning", reason_rows()),
}


@pytest.mark.parametrize("name", PARTS)
def test_the_tables_of_the_page(name: str, accept: bool) -> None:
    text = PAGE.read_text(encoding="utf-8")
    begin, end = f"<!-- {name} -->\n", "<!-- end -->"
    assert begin in text
    fresh = re.sub(f"({begin}).*?({end})", lambda found: found[1] + PARTS[name]() + found[2], text, count=1, flags=re.S)
    if accept:
        PAGE.write_text(fresh, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == fresh, "run pytest --accept to take the tables of the data"


def test_the_page_has_the_one_sentence() -> None:
    text = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert "not legal advice: a lawyer must confirm each line for you before you rely on it." in text


def test_the_version_that_the_page_names() -> None:
    assert {
        f"The version of all of them is {one.version}" in PAGE.read_text(encoding="utf-8")
        for one in rule_sets().values()
    } == {True}


def test_the_numbers_of_the_page() -> None:
    places = [place_of(f"1{area}4680123") for area in range(200, 1000)]
    zones = [len(place.zones) for place in places if place.country == "US" and place.zones]
    assert f"{zones.count(1)} of the {len(zones)} area codes" in PAGE.read_text(encoding="utf-8")
    assert len(place_of("61412345678").zones) == 8
