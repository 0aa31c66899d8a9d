from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given, settings, strategies as st

from nccodsl.base import phone_plans, phone_table
from nccodsl.base.phone import NotAPhoneNumber, _parsed, digits, in_numbering_plan
from tests.sizes import examples

CODES = st.sampled_from(sorted(map(str, phonenumbers.COUNTRY_CODE_TO_REGION_CODE)))


def test_the_table_is_that_of_the_library() -> None:
    if phonenumbers.__version__ == phone_plans.MADE_FROM:
        assert phone_table.plans() == phone_plans.PLANS, "run python -m nccodsl.base.phone_table"
    assert len(phone_plans.PLANS) > 200


@pytest.mark.skipif(phonenumbers.__version__ != phone_plans.MADE_FROM, reason="python -m nccodsl.base.phone_table")
@settings(max_examples=examples(500), deadline=None)
@given(CODES, st.text("0123456789", min_size=3, max_size=12))
def test_the_short_way_agrees_with_the_library(code: str, rest: str) -> None:
    number = (code + rest)[:15]
    try:
        slow: str | None = _parsed.__wrapped__(number)
    except NotAPhoneNumber:
        slow = None
    try:
        fast: str | None = digits(number)
    except NotAPhoneNumber:
        fast = None
    assert fast == slow


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("14155550101", "14155550101"),
        ("+1 (415) 555-0101", "14155550101"),
        ("1-415-555-0101", "14155550101"),
        ("0044 20 7946 0958", "442079460958"),
        ("+44 (0)20 7946 0958", "442079460958"),
        ("+49.30.901820", "4930901820"),
        ("+39 06 698 82000", "390669882000"),
    ],
)
def test_common_ways_of_writing(written: str, number: str) -> None:
    assert digits(written) == number


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "digits"),
        ("call me", "digits"),
        ("020 7946 0958", "begins with 0"),
        ("1415555", "too short"),
        ("+1415555010122", "too long"),
        ("+999 1234567", "country code"),
        ("1" * 5000, "digits"),
    ],
)
def test_what_is_no_number(written: str, reason: str) -> None:
    with pytest.raises(NotAPhoneNumber, match=reason):
        digits(written)


def test_numbering_plans() -> None:
    assert in_numbering_plan("14155550101")
    assert not in_numbering_plan("15551234567")
    assert not in_numbering_plan("999123")
