"""What a plan decides about a recipient before the first call, at a moment that is given."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from nccodsl.campaign.campaign_plan import CampaignPlan
from nccodsl.campaign.plan_policy import FirstLook, policy_of
from nccodsl.campaign.plan_reader import plan_of
from nccodsl.campaign.recipients import Recipient

TUESDAY_NOON = datetime(2026, 12, 1, 12, tzinfo=UTC).timestamp()
BERLIN, CALIFORNIA = "493012345678", "14155550101"


def plan(**more: Any) -> CampaignPlan:
    return plan_of({"name": "a", "script": "a.call", "purpose": "informational", "recipients": {"file": "-"}, **more})


def reason(number: str, consent: str | None = None, *, suppressed: bool = False, zone: str = "", **more: Any) -> str:
    recipient = Recipient(1, 2, number, zone or None, None, consent, {})
    return FirstLook(plan(**more), TUESDAY_NOON).outlook(recipient, suppressed=suppressed).decision.reason


@pytest.mark.parametrize(
    ("consent", "expected"),
    [
        ("yes", "closed"),
        ("TRUE", "closed"),
        ("1", "closed"),
        ("no", "no_consent"),
        ("", "no_consent"),
        (None, "no_consent"),
    ],
)
def test_consent(consent: str | None, expected: str) -> None:
    """It is four in the morning in California."""
    assert reason(CALIFORNIA, consent) == expected


def test_hours_of_the_campaign() -> None:
    assert reason(BERLIN) == "due"
    assert reason(BERLIN, windows={"hours": "mon-fri 14:00-18:00"}) == "closed"
    assert reason(BERLIN, windows={"hours": "mon-fri 14:00-18:00", "zone": "Asia/Kolkata"}) == "due"
    assert reason(BERLIN, windows={"hours": "open 2020-01-01 9:00-10:00"}) == "no_window"
    assert reason(BERLIN, windows={"rules": ["US"]}) == "no_consent"


def test_begin_deadline_and_suppression() -> None:
    assert reason(BERLIN, begins="2026-12-02T10:00:00Z") == "not_begun"
    assert reason(BERLIN, zone="America/Los_Angeles", deadline="2026-12-01T13:00:00Z") == "deadline"
    assert reason(BERLIN, suppressed=True) == "suppressed"
    assert reason(BERLIN, zone="Europe/Nowhere") == "unknown_zone"
    assert reason("61291234567", purpose="marketing") == "old_list"
    recipients = {"file": "-", "compared": "2026-11-20T00:00:00Z"}
    assert reason("61291234567", purpose="marketing", recipients=recipients) != "old_list"


def test_all_that_a_plan_says_is_in_its_policy() -> None:
    policy = policy_of(plan(caps={"in_all": 7}, retries={"busy": {"wait": "5m"}}, begins="2026-12-02T00:00:00Z"))
    assert sorted(cap.most for cap in policy.caps) == [3, 4, 7]
    assert [(one.outcome, one.wait, one.most) for one in policy.retries] == [("busy", 300.0, 1)]
    assert (policy.purpose, policy.begins, policy.deadline) == ("informational", 1796169600.0, None)
