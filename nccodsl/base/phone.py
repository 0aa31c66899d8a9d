"""Telephone numbers: any common international form in, E.164 digits without `+` out.

`phonenumbers` decides. It takes long to import, and its parser some 20 µs a number, which is more than the rest of a
rendered call. So numbers that already are plain digits are looked up by their beginning in a table made from its data;
what the table knows holds, whichever version is installed. Whatever that does not settle goes to the parser. A property
test holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from nccodsl.base.phone_plans import PLANS

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

is_phone = re.compile(r"[1-9][0-9]{6,14}").fullmatch
"""Whether a text has the form of E.164 digits."""
SOMEBODY, OURS = "14155550101", "14155550100"
"""A person's number and that of a flow, where nothing says which: kept free for fiction."""


class NotAPhoneNumber(ValueError):
    """The text is no telephone number in international form; `str()` says why."""


def digits(text: str) -> str:
    """E.164 digits without `+` of a number in international form. Raises NotAPhoneNumber."""
    bare = text.removeprefix("+")
    return bare if is_complete(bare) else _parsed(text)


def is_complete(text: str) -> bool:
    """Whether `digits` surely returns the text as it is. Quick."""
    lengths, strips_prefix = _BEGINNINGS[text[:4]]
    return (
        len(text) in lengths
        and text.isdigit()
        and text.isascii()
        and (strips_prefix is None or strips_prefix(text) is None)
    )


Known = tuple[frozenset[int], Callable[[str], object] | None]
"""How long a number may be, and what tells whether the library would take a national prefix off it."""
_NOTHING: Known = (frozenset(), None)


class _Beginnings(dict[str, Known]):
    """What the library knows of numbers that begin with four digits: with a calling code and at least one more.

    Filled as it is asked. There are no more than 9,000.
    """

    def __missing__(self, start: str) -> Known:
        for width in (1, 2, 3):
            plan = PLANS.get(start[:width])
            if plan is not None and len(start) == 4 and start.isdigit() and start.isascii():
                found = self[start] = _known(plan, width, start[width:])
                return found
        return _NOTHING


def _known(plan: tuple[str, tuple[int, ...]], width: int, national: str) -> Known:
    """What a plan says of the numbers whose national part, behind a code of so many digits, begins like this.

    The library takes a national prefix off even behind a calling code.
    """
    prefix, possible = plan
    literal = prefix.isdigit()
    if national[0] == "0" or (literal and national.startswith(prefix)):
        return _NOTHING
    # E.164 digits are 7 to 15, as `is_phone` has them.
    lengths = frozenset(width + length for length in possible if 7 <= width + length <= 15)
    if not prefix or (literal and not prefix.startswith(national)):
        return lengths, None
    return lengths, re.compile(rf"[0-9]{{{width}}}(?:{prefix})").match


_BEGINNINGS = _Beginnings()


def calling_code(number: str) -> str:
    """The country code that E.164 digits begin with; empty if there is none."""
    return next((number[:width] for width in (1, 2, 3) if number[:width] in PLANS), "")


def in_numbering_plan(number: str) -> bool:
    """Whether digits as `digits` returns them belong to a numbering plan."""
    return _surely_in_use(number) or _in_use(number)


def _surely_in_use(number: str) -> bool:
    """Whether the table has a number. Where it does not, the library may, which takes long to import."""
    from nccodsl.base.phone_numbers_in_use import IN_USE

    code = next((number[:width] for width in (1, 2, 3) if number[:width] in IN_USE), None)
    if code is None or not is_complete(number):
        return False
    national = number[len(code) :]
    for beginning, patterns in IN_USE[code]:
        if beginning and len(IN_USE[code]) > 1:
            if re.match(beginning, national) is None:
                continue
            return _is_one_of(patterns, national)
        if _is_one_of(patterns, national):
            return True
    return False


def _is_one_of(patterns: Iterable[str], national: str) -> bool:
    return any(re.fullmatch(one, national) is not None for one in patterns)


def _in_use(number: str) -> bool:
    from phonenumbers import NumberParseException, is_valid_number

    try:
        return bool(is_valid_number(_library_parse(number)))
    except NumberParseException:
        return False


def _library_parse(number: str) -> PhoneNumber:
    from phonenumbers import parse

    return parse("+" + number)


@lru_cache(maxsize=4096)
def _parsed(text: str) -> str:
    from phonenumbers import NumberParseException, ValidationResult, is_possible_number_with_reason

    stripped = text.strip()
    if not stripped or len(stripped) > 60 or not re.fullmatch(r"\+?[0-9()\[\]\s./‐-―−-]+", stripped):
        raise NotAPhoneNumber("only digits, spaces, dots, hyphens, brackets and a leading + are allowed")
    if stripped.startswith("0") and not stripped.startswith("00"):
        raise NotAPhoneNumber("it begins with 0, so its country code is missing")
    international = re.sub(r"^(\+|00)", "", stripped)
    try:
        number = _library_parse(international)
    except NumberParseException as error:
        raise NotAPhoneNumber(_REASONS.get(error.error_type, "it is not a number with a country code")) from None
    reason = is_possible_number_with_reason(number)
    if reason not in (ValidationResult.IS_POSSIBLE, ValidationResult.IS_POSSIBLE_LOCAL_ONLY):
        what = {ValidationResult.TOO_SHORT: "too short", ValidationResult.TOO_LONG: "too long"}.get(
            reason, "of the wrong length"
        )
        raise NotAPhoneNumber(f"it is {what} for the country code {number.country_code}")
    if reason == ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
        raise NotAPhoneNumber("its area code is missing")
    zeros = "0" * (number.number_of_leading_zeros or 1) if number.italian_leading_zero else ""
    return f"{number.country_code}{zeros}{number.national_number}"


_REASONS = {
    0: "its country code does not exist",
    1: "it is not a number with a country code",
    2: "it is too short",
    3: "it is too short",
    4: "it is too long",
}
