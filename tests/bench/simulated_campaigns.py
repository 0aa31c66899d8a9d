"""How long a run of a forecast takes: people in five time zones, who are called again after three outcomes."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from nccodsl.campaign.forecast.assumptions import Assumptions, CallPace
from nccodsl.campaign.forecast.bands import CampaignCase, forecast
from nccodsl.campaign.forecast.people_groups import PeopleGroup
from nccodsl.campaign.plan_policy import policy_of
from nccodsl.campaign.plan_reader import plan_of
from nccodsl.campaign.policy.call_target import CallTargets
from nccodsl.campaign.policy.candidate_zones import locality

_PLAN = {
    "name": "bench",
    "script": "bench.call",
    "purpose": "informational",
    "recipients": {"file": "-"},
    "windows": {"hours": "mon-sat 9:00-20:00"},
    "retries": {
        "busy": {"wait": "15m", "most": 2},
        "unanswered": {"wait": "4h", "most": 2, "other_daypart": True},
        "machine": {"wait": "20h"},
    },
}
_AREAS = {"212": 0.47, "312": 0.28, "303": 0.07, "602": 0.03, "415": 0.15}
"""Area codes, and their parts of the people."""
_ASSUMED = Assumptions(
    {"completed": 0.35, "machine": 0.3, "unanswered": 0.25, "busy": 0.05, "failed": 0.05},
    100,
    {"completed": 40.0, "machine": 40.0, "unanswered": 60.0, "busy": 3.0, "failed": 3.0},
    {"completed": 30.0, "machine": 30.0},
)
_BEGINS = datetime(2026, 11, 30, 13, tzinfo=UTC).timestamp()


def seconds_a_run(people: int, runs: int) -> float:
    """Processor time of a run of the forecast for so many people."""
    policy = policy_of(plan_of(_PLAN))
    targets = CallTargets(policy)
    groups = tuple(
        PeopleGroup(targets.of(locality(f"1{area}5550101")), True, round(people * part), float("inf"))
        for area, part in _AREAS.items()
    )
    start = time.process_time()
    found = forecast(CampaignCase(policy, groups, CallPace(3), _ASSUMED, _BEGINS), runs, 1)
    taken = time.process_time() - start
    assert found.calls.p50 > people
    return taken / runs
