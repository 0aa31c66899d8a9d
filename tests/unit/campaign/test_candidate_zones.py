"""Where a number may be: against `phonenumbers` itself, and by hand."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path
from unittest import mock

import phonenumbers
import pytest
from hypothesis import given, strategies as st
from phonenumbers.timezone import time_zones_for_number

from nccodsl.base.package_data import package_data
from nccodsl.base.phone import in_numbering_plan, is_phone
from nccodsl.campaign.policy import candidate_zones, place_tables
from nccodsl.campaign.policy.candidate_zones import Locality, locality, place_of
from nccodsl.clock.zones import zone_of

ROOT = Path(__file__).parents[3]
PERSONAL = {0, 1, 2, 6}
"""Fixed lines, mobiles, either of them, and internet telephony."""


def example_of(region: str, kind: int) -> str:
    found = phonenumbers.example_number_for_type(region, kind)
    return "" if found is None else phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)[1:]


EXAMPLES = sorted({example_of(region, kind) for region in phonenumbers.SUPPORTED_REGIONS for kind in range(11)})
EXAMPLES = [number for number in EXAMPLES if is_phone(number)]


def by_library(number: str) -> tuple[str, tuple[str, ...]]:
    parsed = phonenumbers.parse(f"+{number}")
    zones = set(time_zones_for_number(parsed))
    personal = phonenumbers.number_type(parsed) in PERSONAL
    known = personal and "Etc/Unknown" not in zones
    return phonenumbers.region_code_for_number(parsed) or "", tuple(sorted(zones)) if known else ()


def test_examples_of_all_regions_and_kinds() -> None:
    expected = {number: by_library(number) for number in EXAMPLES}
    found = {number: (place.country, place.zones) for number in EXAMPLES if (place := place_of(number))}
    assert len(found) > 900
    # Numbers of no country, such as those of ships, belong to nowhere.
    assert found == {
        number: (country, zones) if country.isalpha() else ("", ()) for number, (country, zones) in expected.items()
    }
    assert [zone for _, zones in found.values() for zone in zones if zone_of(zone) is None] == []


@given(st.sampled_from(EXAMPLES), st.integers(0, 9999), st.integers(0, 4))
def test_numbers_in_use(example: str, ending: int, width: int) -> None:
    """What is kept for the first digits of a number is what the library says of each number."""
    number = example[: len(example) - width] + f"{ending:04}"[:width]
    if in_numbering_plan(number):
        found = place_of(number)
        country, zones = by_library(number)
        assert (found.country, found.zones) == ((country, zones) if country.isalpha() else ("", ()))


@pytest.mark.parametrize("region", ["US", "CA"])
def test_few_digits_settle_a_number(region: str) -> None:
    """No pattern of the two regions looks behind the first five digits, or seven where an area code has parts."""
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
    names = ("fixed_line", "mobile", "toll_free", "premium_rate", "personal_number", "voip", "pager", "uan")
    found = [getattr(metadata, name).national_number_pattern for name in names if getattr(metadata, name) is not None]
    # The second one is too short for a number with an area code.
    patterns = [one for one in found if one not in (None, r"310\d{4}")]
    assert len(patterns) >= 4
    parts = [part for pattern in patterns for part in alternatives(pattern)]
    assert [
        part
        for part in parts
        if not part.endswith((r"[2-9]\d{6}", r"983[2-57-9]\d{6}", r"[02-9]\d{4}")) and not part.startswith("52")
    ] == []
    assert [part for part in parts if not part.endswith(r"\d{6}")] == [part for part in parts if part.startswith("52")]


def alternatives(pattern: str) -> list[str]:
    """The parts of a pattern between the `|` outside of brackets."""
    parts, depth = [""], 0
    for sign in pattern:
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("14155550101", Locality("US", ("CA",), ("America/Los_Angeles",), "number")),
        ("19075550101", Locality("US", ("AK",), ("America/Adak", "America/Anchorage"), "number")),
        ("14165550101", Locality("CA", (), ("America/Toronto",), "number")),
        ("18005550101", Locality("US", (), (), "number")),
        ("15005550101", Locality("US", (), (), "number")),
        ("34612345678", Locality("ES", (), ("Africa/Ceuta", "Europe/Madrid"), "number")),
        ("447700900123", Locality("", (), (), "number")),
        ("80012345678", Locality("", (), (), "number")),
        ("7", Locality("", (), (), "number")),
        ("", Locality("", (), (), "number")),
        ("x", Locality("", (), (), "number")),
    ],
)
def test_numbers(number: str, expected: Locality) -> None:
    found = place_of(number)
    if number.startswith("34"):
        assert "Europe/Madrid" in found.zones
        assert len(found.zones) == 2
    else:
        assert found == expected


def test_a_mobile_number_of_a_large_country_may_be_anywhere_in_it() -> None:
    assert len(place_of("61412345678").zones) == 8
    assert {"Australia/Perth", "Australia/Sydney"} <= set(place_of("61412345678").zones)


def test_a_given_zone_comes_first_and_a_wrong_one_is_not_replaced_by_a_guess() -> None:
    assert locality("14155550101", " America/Denver ", "10001").zones == ("America/Denver",)
    assert locality("14155550101", "America/Denver") == Locality("US", ("CA",), ("America/Denver",), "column")
    for wrong in ("Denver", "Europe", "Etc/Unknown", "../secret", "GMT+99"):
        assert locality("14155550101", wrong).zones == ()


def test_postal_codes_of_the_united_states() -> None:
    assert locality("14155550101", "", "10001") == Locality("US", ("CA", "NY"), ("America/New_York",), "postal code"), (
        "both states are possible, so the rules of both hold"
    )
    assert locality("14155550101", "", "79835-0001").zones == ("America/Chicago", "America/Denver")
    assert locality("18005550101", "", "00901").zones == ("America/Puerto_Rico",)
    assert "America/Denver" in locality("17755550101", "", "89883").zones
    for wrong in ("1000", "100011", "ABCDE", "10001-1", "٣٣٣٣٣", "09012", "34012", "99999x"):
        assert locality("14155550101", "", wrong).zones == (), wrong


def test_postal_codes_of_other_countries_are_not_read() -> None:
    assert locality("4930123456", "", "10001").zones == ("Europe/Berlin",)


def test_every_area_code_has_a_state() -> None:
    table = json.loads(package_data(candidate_zones.__file__, "us_places.json"))
    assert {code for codes in table["area_codes"].values() for code in codes.split()} == set(place_tables.area_codes())
    known = set(place_tables.area_codes())
    without = [
        area
        for area in map(str, range(200, 1000))
        if place_of(f"1{area}2345678").country == "US" and place_of(f"1{area}2345678").zones and area not in known
    ]
    assert without == []


def test_the_table_of_postal_codes_names_real_zones() -> None:
    _, postal = candidate_zones._us_places()
    assert len(postal) > 850
    assert {zone for _, zones in postal.values() for zone in zones if zone_of(zone) is None} == set()
    assert all(states and zones for states, zones in postal.values())


def counted(numbers: list[str]) -> int:
    """How often the library is asked about so many numbers."""
    candidate_zones._by_start.cache_clear()
    with mock.patch.object(candidate_zones, "_looked_up", wraps=candidate_zones._looked_up) as asked:
        for number in numbers:
            place_of(number)
    return asked.call_count


def test_many_numbers_cost_as_much_as_their_beginnings() -> None:
    chance = random.Random(1)

    def numbers(size: int, *areas: int) -> list[str]:
        return [f"1{chance.choice(areas)}{chance.randint(2, 9)}{chance.randrange(10**6):06}" for _ in range(size)]

    whole = (212, 415, 602, 206)
    assert counted(numbers(2_000, *whole)) == counted(numbers(20_000, *whole)) == 8 * len(whole)
    assert 8 < counted(numbers(20_000, 208)) <= 800, "Idaho has two zones"


def test_people_in_one_place_share_its_record() -> None:
    assert place_of("12125550101") is place_of("16465550101")
    assert locality("12125550101", "", "10001") is locality("16465550199", "", "10002")


def test_large_libraries_are_imported_when_they_are_needed() -> None:
    code = (
        "import sys, nccodsl.campaign.policy.decide; print({'phonenumbers', 'holidays', 'tomllib'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "set()\n"
