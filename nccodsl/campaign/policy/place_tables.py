"""Run by hand (`python -m nccodsl.campaign.policy.place_tables`): writes us_places.json.

The states of area codes come from the geocoder of `phonenumbers`. The states and zones of postal codes come from the
package `zipcodes` (MIT; data of GeoNames, CC BY 4.0), which must be installed for this.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

STATES = {
    "Alabama": "AL", "Alaska": "AK", "Arizona": "AZ", "Arkansas": "AR", "California": "CA", "Colorado": "CO",
    "Connecticut": "CT", "Delaware": "DE", "Florida": "FL", "Georgia": "GA", "Hawaii": "HI", "Idaho": "ID",
    "Illinois": "IL", "Indiana": "IN", "Iowa": "IA", "Kansas": "KS", "Kentucky": "KY", "Louisiana": "LA", "Maine": "ME",
    "Maryland": "MD", "Massachusetts": "MA", "Michigan": "MI", "Minnesota": "MN", "Mississippi": "MS",
    "Missouri": "MO", "Montana": "MT", "Nebraska": "NE", "Nevada": "NV", "New Hampshire": "NH", "New Jersey": "NJ",
    "New Mexico": "NM", "New York": "NY", "North Carolina": "NC", "North Dakota": "ND", "Ohio": "OH", "Oklahoma": "OK",
    "Oregon": "OR", "Pennsylvania": "PA", "Rhode Island": "RI", "South Carolina": "SC", "South Dakota": "SD",
    "Tennessee": "TN", "Texas": "TX", "Utah": "UT", "Vermont": "VT", "Virginia": "VA", "Washington State": "WA",
    "Washington D.C.": "DC", "West Virginia": "WV", "Wisconsin": "WI", "Wyoming": "WY",
}  # fmt: skip
MILITARY = {"AA", "AE", "AP"}
MISSING_ZONES = {"898": "America/Denver"}
"""West Wendover in Nevada keeps mountain time; the package says otherwise."""
Table = dict[str, set[str]]


def area_codes() -> dict[str, str]:
    """The state of each area code of the United States that the geocoder knows."""
    from phonenumbers import PhoneNumber, is_valid_number_for_region
    from phonenumbers.geodata import GEOCODE_DATA

    states: Table = defaultdict(set)
    for start, names in GEOCODE_DATA.items():
        name = names.get("en", "")
        state = STATES.get(name) or name.rpartition(", ")[2]
        if start.startswith("1") and len(start) >= 4 and state in STATES.values():
            # What is said of a whole area code counts more than what is said of a part.
            states[start[1:]].add(state)
            if len(start) > 4:
                states[f"parts of {start[1:4]}"].add(state)
    found: dict[str, str] = {}
    for code in map(str, range(200, 1000)):
        number = PhoneNumber(country_code=1, national_number=int(f"{code}2345678"))
        named = states.get(code) or states.get(f"parts of {code}", set())
        if is_valid_number_for_region(number, "US") and len(named) == 1:
            found[code] = next(iter(named))
    return found


def postal_codes() -> dict[str, tuple[str, str]]:
    """The states and zones of the postal codes that begin with three digits, each joined by spaces."""
    import zipcodes  # type: ignore[import-not-found]

    rows: list[dict[str, Any]] = zipcodes.list_all()
    states: Table = defaultdict(set)
    zones: Table = defaultdict(set)
    for row in rows:
        start = row["zip_code"][:3]
        # Military codes have no zone, and neither have all others of their beginning.
        if row["state"] in MILITARY:
            zones[start].add("")
        states[start].add(row["state"])
        if "/" in row["timezone"]:
            zones[start].add(row["timezone"])
    for start, zone in MISSING_ZONES.items():
        zones[start].add(zone)
    return {
        start: (" ".join(sorted(states[start])), " ".join(sorted(found)))
        for start, found in sorted(zones.items())
        if "" not in found
    }


if __name__ == "__main__":
    by_place: dict[str, list[str]] = defaultdict(list)
    for start, (states, zones) in postal_codes().items():
        by_place[f"{states}|{zones}"].append(start)
    by_state: dict[str, list[str]] = defaultdict(list)
    for code, state in area_codes().items():
        by_state[state].append(code)
    table = {
        "date": "2026-11-29",
        "sources": ["area codes: phonenumbers 9.0.43, geocoder", "postal codes: zipcodes 3.0.0 (GeoNames, CC BY 4.0)"],
        "area_codes": {state: " ".join(codes) for state, codes in sorted(by_state.items())},
        "postal_codes": {place: " ".join(starts) for place, starts in sorted(by_place.items())},
    }
    Path(__file__).with_name("us_places.json").write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
