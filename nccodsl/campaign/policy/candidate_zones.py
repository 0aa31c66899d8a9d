"""Where the person behind a number may be: the country, the states and the time zones that are possible.

A number tells little: people move, and a mobile number may be anywhere in its country. So all that is possible is kept,
and calls are made when it is allowed in each of these places. Numbers of services (toll-free, premium rate and others)
and zones that do not exist are unknown.

The zones of numbers come from `phonenumbers`, which is imported when it is first needed. In the United States and
Canada the first five digits (with the 1) settle everything, seven in a few area codes; so what they say is kept.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from nccodsl.base.package_data import package_data
from nccodsl.base.phone import is_phone
from nccodsl.base.record import Record
from nccodsl.clock.zones import zone_of

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

SETTLED, SETTLED_IN_PARTS = 5, 7
"""So many digits say where a number of the United States or Canada belongs; the second where an area code has parts."""
_IN_PARTS = "52"
"""Area codes that begin like this have parts with other kinds of numbers."""
_LONGEST_NUMBER = 11
_KEPT = 1 << 15
_US_POSTAL = frozenset(("US", "PR", "VI", "GU", "AS", "MP"))
"""Countries with postal codes of the United States."""
_NOWHERE = frozenset(("", "Etc/Unknown"))


class Locality(Record):
    """Where a person may be. Empty `country` or `zones`: unknown.

    `country` is an ISO code, `states` are two letters each, `zones` names of the IANA database, in order. `source` says
    what the zones come from: `column`, `postal code` or `number`.
    """

    country: str
    states: tuple[str, ...]
    zones: tuple[str, ...]
    source: str


def locality(number: str, zone: str = "", postal_code: str = "") -> Locality:
    """Where the person behind a number in use may be; `number` is E.164 digits.

    `zone` and `postal_code` are what a list says of the person, or empty. A zone replaces those of the postal code, and
    these the ones of the number. The states of the number and those of the postal code are both possible. What is given
    and not known makes the zones unknown, instead of leading to a guess.
    """
    found = place_of(number)
    zone, postal_code = zone.strip(), postal_code.strip()
    if postal_code and found.country in _US_POSTAL:
        states, zones = _by_postal_code(postal_code)
        found = _shared(found.country, tuple(sorted({*found.states, *states})), zones, "postal code")
    if zone:
        return _shared(found.country, found.states, (zone,) if _exists(zone) else (), "column")
    return found


def place_of(number: str) -> Locality:
    """What a number in use tells by itself; E.164 digits."""
    if number.startswith("1") and len(number) == _LONGEST_NUMBER:
        in_parts = number.startswith(_IN_PARTS, 1) or number[1:4] in _areas_in_parts()
        found = _by_start(number[: SETTLED_IN_PARTS if in_parts else SETTLED])
        if found is not None:
            return found
    return _looked_up(number)


@lru_cache(maxsize=1)
def _areas_in_parts() -> frozenset[str]:
    """The area codes whose parts have zones of their own."""
    from phonenumbers.tzdata import TIMEZONE_DATA

    return frozenset(start[1:4] for start in TIMEZONE_DATA if start.startswith("1") and len(start) > 4)


@lru_cache(maxsize=_KEPT)
def _by_start(start: str) -> Locality | None:
    """What the numbers that begin like this have in common; None where they may differ."""
    found = _looked_up(start.ljust(_LONGEST_NUMBER, "0"))
    return found if found.country in ("US", "CA") else None


def _looked_up(number: str) -> Locality:
    """What `phonenumbers` says of a number. This is what takes time."""
    from phonenumbers import region_code_for_number

    parsed = _as_number(number) if is_phone(number) else None
    country = (region_code_for_number(parsed) if parsed is not None else None) or ""
    if parsed is None or not country.isalpha():
        return _shared("", (), (), "number")
    states = _us_places()[0].get(number[1:4], ()) if country == "US" else ()
    return _shared(country, states, _zones(parsed), "number")


_shared = lru_cache(maxsize=_KEPT)(Locality)
"""Many people are in one place: they share its record."""


def _as_number(number: str) -> PhoneNumber | None:
    """As `phonenumbers.parse` reads it, which takes ten times as long."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneNumber

    for width in (1, 2, 3):
        if int(number[:width]) in COUNTRY_CODE_TO_REGION_CODE:
            national = number[width:]
            zeros = len(national) - len(national.lstrip("0"))
            return PhoneNumber(
                country_code=int(number[:width]),
                national_number=int(national),
                italian_leading_zero=True if zeros else None,
                number_of_leading_zeros=zeros if zeros > 1 else None,
            )
    return None


def _zones(number: PhoneNumber) -> tuple[str, ...]:
    """The zones of a person's number, without those that nothing is known about."""
    from phonenumbers import PhoneNumberType, number_type
    from phonenumbers.timezone import time_zones_for_number

    personal = (
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.VOIP,
    )
    if number_type(number) not in personal:
        return ()
    found = frozenset(time_zones_for_number(number))
    return tuple(sorted(found)) if not found & _NOWHERE and all(map(_exists, found)) else ()


@lru_cache(maxsize=1024)
def _exists(zone: str) -> bool:
    return zone not in _NOWHERE and zone_of(zone) is not None


def _by_postal_code(code: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The states and zones of a ZIP code, also one with four more digits; empty where it is not known."""
    digits, _, more = code.partition("-")
    plain = digits.isascii() and digits.isdigit() and len(digits) == 5
    if not plain or (more and not (more.isascii() and more.isdigit() and len(more) == 4)):
        return (), ()
    return _us_places()[1].get(digits[:3], ((), ()))


@lru_cache(maxsize=1)
def _us_places() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[tuple[str, ...], tuple[str, ...]]]]:
    """The state of each area code, and the states and zones of the first three digits of postal codes."""
    data: dict[str, Any] = json.loads(package_data(__file__, "us_places.json"))
    states: dict[str, tuple[str, ...]] = {
        code: (state,) for state, codes in data["area_codes"].items() for code in codes.split()
    }
    postal: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    for place, starts in data["postal_codes"].items():
        names, _, zones = place.partition("|")
        postal.update(dict.fromkeys(starts.split(), (tuple(names.split()), tuple(zones.split()))))
    return states, postal
