from __future__ import annotations

import re
from collections import Counter

import phonenumbers
import pytest
from hypothesis import given, settings, strategies as st

from nccodsl.base import phone_numbers_in_use, phone_plans, phone_table
from nccodsl.base.phone import (
    _BEGINNINGS,
    NotAPhoneNumber,
    _in_use,
    _parsed,
    _surely_in_use,
    digits,
    in_numbering_plan,
    is_complete,
)
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


@settings(max_examples=examples(300), deadline=None)
@given(CODES, st.text("0123456789", max_size=14), st.sampled_from(["", "180020", "1831", "8", "9", "1001"]))
def test_the_table_says_what_the_plan_of_a_code_says(code: str, rest: str, beginning: str) -> None:
    national = beginning + rest
    prefix, lengths = phone_plans.PLANS[code]
    strips = bool(prefix) and re.compile(prefix).match(code + national, len(code)) is not None
    possible = len(national) in lengths and 7 <= len(code + national) <= 15
    assert is_complete(code + national) == (possible and not strips and not national.startswith("0"))


@pytest.mark.parametrize(
    "text",
    [
        *("", "1", "141", "1415", "0415555010", "1415555010²", "1415555010٣", "１4155550101", "14155550101\n"),
        *("+14155550101", "1415 555010", "14155550101 ", "9991234567", "1415555010a", "10155550101"),
    ],
)
def test_what_is_not_surely_complete(text: str) -> None:
    assert not is_complete(text)


def test_the_table_does_not_grow_with_what_is_no_number() -> None:
    is_complete("14155550101")
    before = len(_BEGINNINGS)
    for text in ("999", "abcd", "1a15", "1²15", "141", "０415", "0415", ""):
        assert not is_complete(text + "5550101" * (len(text) == 4))
    assert len(_BEGINNINGS) == before


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


@pytest.mark.skipif(phonenumbers.__version__ != phone_plans.MADE_FROM, reason="python -m nccodsl.base.phone_table")
def test_the_numbers_in_use_are_those_of_the_library() -> None:
    assert phone_table.numbers_in_use() == phone_numbers_in_use.IN_USE, "run python -m nccodsl.base.phone_table"
    found: Counter[bool] = Counter()
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in phonenumbers.PhoneNumberType.values():
            example = phonenumbers.example_number_for_type(region, kind)
            if example is None:
                continue
            number = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)[1:]
            found[_surely_in_use(number)] += 1
            for other in (number[:-1], number + "0", number[:-2] + "00", number[:4] + number[4:][::-1]):
                assert not _surely_in_use(other) or _in_use(other), other
    assert found[True] > 0.95 * found.total()


@settings(max_examples=examples(3000), deadline=None)
@given(CODES, st.text("0123456789", min_size=3, max_size=12))
def test_what_is_surely_in_use_is_in_use(code: str, rest: str) -> None:
    number = (code + rest)[:15]
    assert not _surely_in_use(number) or _in_use(number)


def test_numbering_plans() -> None:
    assert in_numbering_plan("14155550101")
    assert not in_numbering_plan("15551234567")
    assert not in_numbering_plan("999123")
