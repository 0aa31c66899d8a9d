"""Rule sets: the data is complete and dated, the table of the page is that of the data, names are judged."""

from __future__ import annotations

from datetime import date

import pytest

from nccodsl.campaign.policy.rule_sets import OTHERS, has_states, rule_set, rule_sets, rules_for
from nccodsl.clock.holidays import is_region
from nccodsl.clock.hours import DAY, TimeRange
from nccodsl.errors import UsageError

PURPOSES = ("marketing", "informational", "emergency")
ALL_DAY = ((TimeRange(0, DAY),),) * 7


def ids(country: str, states: tuple[str, ...], purpose: str, named: tuple[str, ...] = ()) -> list[str]:
    return [rule.name.partition("@")[0] for rule in rules_for(country, states, purpose, named)]


def test_every_rule_set_is_dated_and_has_sources() -> None:
    for one in rule_sets().values():
        assert date(2026, 1, 1) <= one.version
        assert one.title
        assert all(one.sources)
        assert one.sources
        assert set(one.rules) <= set(PURPOSES)
        assert all((rule.id, rule.version) == (one.id, one.version) for rule in one.rules.values())


def test_countries_have_rules_for_each_purpose_and_states_only_stricter_ones() -> None:
    for one in rule_sets().values():
        if "-" in one.id:
            assert one.id.partition("-")[0] in one.countries
            assert set(one.rules) == {"marketing"}
        else:
            assert set(one.rules) == set(PURPOSES)


def test_no_country_has_two_rule_sets() -> None:
    countries = [country for one in rule_sets().values() if "-" not in one.id for country in one.countries]
    assert len(countries) == len(set(countries))


def test_emergencies_know_no_hours_and_marketing_has_nights() -> None:
    for one in rule_sets().values():
        if "emergency" in one.rules:
            assert (one.rules["emergency"].week, one.rules["emergency"].consent) == (ALL_DAY, False)
        for rule in (found for purpose, found in one.rules.items() if purpose != "emergency"):
            spans = [span for ranges in rule.week for span in ranges]
            assert all(8 * 60 <= span.start < span.end <= 21 * 60 + 30 for span in spans)
            assert spans


def test_marketing_needs_consent_or_a_list() -> None:
    for one in rule_sets().values():
        assert one.rules["marketing"].consent or one.rules["marketing"].list_days


def test_holidays_are_those_of_known_regions() -> None:
    regions = {region for one in rule_sets().values() for rule in one.rules.values() for region in rule.holidays}
    assert "US-AL" in regions
    assert [region for region in regions if not is_region(region)] == []


def test_rules_of_a_country_and_its_states() -> None:
    assert ids("US", ("FL",), "marketing") == ["US", "US-FL"]
    assert ids("US", ("CA",), "marketing") == ["US"]
    assert ids("US", ("FL",), "informational") == ["US"]
    assert ids("PR", (), "marketing") == ["US"]
    assert ids("US", ("AL", "FL"), "marketing") == ["US", "US-AL", "US-FL"]


def test_a_campaign_can_name_more() -> None:
    assert ids("GB", (), "marketing", ("FR",)) == ["GB", "FR"]
    assert ids("GB", (), "marketing", ("GB",)) == ["GB"]


def test_countries_without_a_rule_set_are_not_called_unless_the_campaign_says_so() -> None:
    assert ids("ES", (), "marketing") == []
    assert ids("", (), "emergency") == []
    assert ids("ES", (), "marketing", ("FR",)) == []
    assert ids("ES", (), "marketing", (OTHERS, "FR")) == [OTHERS, "FR"]
    assert ids("GB", (), "marketing", (OTHERS,)) == ["GB"], "a country with a rule set has nothing to do with others"


def test_names_that_there_are_not() -> None:
    with pytest.raises(UsageError, match="there is no rule set `ZZ`"):
        rule_set("ZZ")
    with pytest.raises(UsageError, match="there is no rule set `US-ZZ`"):
        rules_for("US", (), "marketing", ["US-ZZ"])
    with pytest.raises(UsageError, match="no rule set has the purpose `fun`"):
        rules_for("US", (), "fun")


def test_where_states_have_rules() -> None:
    assert has_states("US", "marketing")
    assert not has_states("US", "emergency")
    assert not has_states("GB", "marketing")


def test_some_rules_by_hand() -> None:
    france = rule_set("FR").rules["marketing"]
    assert france.week == ((TimeRange(600, 780), TimeRange(840, 1200)),) * 5 + ((), ())
    assert (france.in_30_days, france.days_after_refusal, france.consent) == (4, 60, True)
    assert rule_set("US-NE").rules["marketing"].week[6] == (TimeRange(13 * 60, 21 * 60),)
    assert rule_set("US-RI").rules["marketing"].week[5:] == ((TimeRange(600, 1020),), ())
    assert rule_set("CA").rules["informational"].week[0] == (TimeRange(540, 21 * 60 + 30),)
