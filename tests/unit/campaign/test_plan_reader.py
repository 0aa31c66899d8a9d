"""Campaign files: what they mean, and what is said of wrong ones."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from nccodsl.campaign.campaign_plan import (
    CallLimits,
    CampaignPlan,
    Caps,
    Columns,
    OutcomeRetry,
    RecipientSource,
    Windows,
    as_members,
)
from nccodsl.campaign.own_hours import BadHours, opening_hours
from nccodsl.campaign.plan_reader import plan_of, read_plan
from nccodsl.campaign.toml_places import places_of
from nccodsl.diagnostics.printers import printer
from nccodsl.errors import ScriptError
from tests.golden import compare

CASES = Path(__file__).parents[2] / "cases" / "campaigns"
NOW = datetime(2026, 12, 1, tzinfo=UTC).timestamp()
FULL = """
name = "reminders"
script = "calls/reminder.call"
purpose = "marketing"
from = "+1 415 555 0100"
begins = 2026-12-01T09:00:00+01:00
deadline = 2026-12-24T18:00:00+01:00
priority = 9

[recipients]
query = "SELECT phone, who FROM customers"
database = "crm.db"
compared = 2026-11-20T00:00:00Z

[columns]
number = "phone"
zone = "zone"
postal_code = "zip"
consent = "agreed"

[columns.params]
name = "who"

[limits]
calls_per_second = 2
calls_at_once = 20
calls = 1000

[windows]
rules = ["US", "US-FL"]
hours = "mon-fri 9:00-18:00"
zone = "America/New_York"

[caps]
in_24_hours = 1
in_30_days = 2
in_all = 3

[retries]
busy = { wait = "30m" }

[retries.machine]
wait = "1h30m"
most = 2
other_daypart = true
"""
PLAN = CampaignPlan(
    name="reminders",
    script="there/calls/reminder.call",
    purpose="marketing",
    recipients=RecipientSource(
        query="SELECT phone, who FROM customers", database="there/crm.db", compared=1795132800.0
    ),
    columns=Columns("phone", "zone", "zip", "agreed", (("name", "who"),)),
    limits=CallLimits(2, 20, 1000),
    windows=Windows(("US", "US-FL"), "mon-fri 9:00-18:00", "America/New_York"),
    retries=(OutcomeRetry("busy", 1800.0), OutcomeRetry("machine", 5400.0, 2, other_daypart=True)),
    caps=Caps(1, 2, 3),
    caller="14155550100",
    begins=1796112000.0,
    deadline=1798131600.0,
    priority=9,
)
SHORT = 'name = "a"\nscript = "a.call"\npurpose = "emergency"\nrecipients.file = "-"\n'


def test_a_whole_file() -> None:
    assert read_plan(FULL, "campaign.toml", "there", NOW) == PLAN
    assert plan_of(as_members(PLAN)) == PLAN


def test_what_need_not_be_said() -> None:
    plan = read_plan(SHORT, "campaign.toml", "there")
    assert plan == CampaignPlan("a", "there/a.call", "emergency", RecipientSource("-"))
    assert (plan.columns.number, plan.caps.in_24_hours, plan.caps.in_30_days, plan.priority) == ("number", 3, 4, 5)


@pytest.mark.parametrize("case", sorted(path.stem for path in CASES.glob("*.toml")))
def test_wrong_files(case: str, accept: bool) -> None:
    text = (CASES / f"{case}.toml").read_text(encoding="utf-8")
    with pytest.raises(ScriptError) as told:
        read_plan(text, "campaign.toml", "", NOW)
    assert {found.code for found in told.value.diagnostics} == {"E730"}
    compare(CASES / f"{case}.txt", printer("text", color=False)(told.value.diagnostics), accept)


def test_every_case_says_something() -> None:
    assert {path.stem for path in CASES.glob("*.txt")} == {path.stem for path in CASES.glob("*.toml")}


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(ScriptError, match="E730"):
        read_plan("a = " + "[" * 100_000, "campaign.toml")


def test_places_of_settings() -> None:
    text = 'a = 1\n[t.u]\nb.c = """\nd = 2\n"""\n  e = 3 # x\n'
    found = {path: text[span.start : span.end] for path, span in places_of(text).items()}
    assert found == {
        ("a",): "a = 1",
        ("t", "u"): "[t.u]",
        ("t", "u", "b", "c"): 'b.c = """',
        ("t", "u", "e"): "e = 3 # x",
    }


def test_own_hours_are_those_of_the_language() -> None:
    item = opening_hours('mon-fri 9:00-18:00\nclosed 2026-12-24..2026-12-26 "holidays"\nholidays DE-BY')
    assert [len(day) for day in item.week] == [1, 1, 1, 1, 1, 0, 0]
    assert item.dates[0].reason == "holidays"
    assert item.regions == ("DE-BY",)


@pytest.mark.parametrize(
    "rules", ["", "}", "mon 9:00-10:00 }\nstep x {", "mon 9:00-10:00\n}\nhours y {\nmon 9:00-10:00", "# nothing"]
)
def test_nothing_but_rules(rules: str) -> None:
    with pytest.raises(BadHours):
        opening_hours(rules)
