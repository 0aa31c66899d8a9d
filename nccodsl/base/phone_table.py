"""Run by hand (`python -m nccodsl.base.phone_table`): writes tables from the data of `phonenumbers`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata, __version__

Plan = tuple[str, tuple[int, ...]]
_FORM = '''"""Which lengths the numbers of each calling code have. Written by `python -m nccodsl.base.phone_table`."""

# ruff: noqa: E501
# fmt: off

MADE_FROM = "{version}"
"""The version of phonenumbers."""
PLANS: dict[str, tuple[str, tuple[int, ...]]] = {{
{rows}}}
"""By calling code: what may stand before a national number within the country, and how long that number may be."""
'''


Region = tuple[str, tuple[str, ...]]
_TYPES = (
    *("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip", "pager", "uan"),
    "voicemail",
)
_FORM_IN_USE = '''"""The numbers in use, by calling code. Written by `python -m nccodsl.base.phone_table`."""

# ruff: noqa: E501
# fmt: off

IN_USE: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {{
{rows}}}
"""By calling code, for each region: what its numbers begin with, if that tells, and the patterns of whole ones."""
'''


def numbers_in_use() -> dict[str, tuple[Region, ...]]:
    """The table of the numbers in use, by calling code."""
    return {
        str(code): tuple(_region(code, region) for region in regions)
        for code, regions in sorted(COUNTRY_CODE_TO_REGION_CODE.items())
    }


def _region(code: int, region: str) -> Region:
    metadata = _metadata(code, region)
    assert metadata is not None
    general = metadata.general_desc
    assert general is not None
    patterns = []
    for name in _TYPES:
        desc = getattr(metadata, name)
        if desc is None or desc.national_number_pattern is None:
            continue
        lengths = desc.possible_length or general.possible_length
        found = f"(?=(?:{'|'.join(f'.{{{length}}}' for length in lengths)})\\Z)(?:{desc.national_number_pattern})"
        if found not in patterns:
            patterns.append(found)
    return metadata.leading_digits or "", tuple(patterns)


def plans() -> dict[str, Plan]:
    """The table, by calling code."""
    return {str(code): plan for code in sorted(COUNTRY_CODE_TO_REGION_CODE) if (plan := _plan(code)) is not None}


def _plan(code: int) -> Plan | None:
    metadata = _metadata(code, COUNTRY_CODE_TO_REGION_CODE[code][0])
    if metadata is None or metadata.general_desc is None:
        return None
    return metadata.national_prefix_for_parsing or metadata.national_prefix or "", metadata.general_desc.possible_length


def _metadata(code: int, region: str) -> PhoneMetadata | None:
    if region == "001":
        return PhoneMetadata.metadata_for_nongeo_region(code)
    return PhoneMetadata.metadata_for_region(region)


def _rows(table: Mapping[str, object]) -> str:
    return "".join(f"    {code!r}: {row!r},\n" for code, row in table.items())


if __name__ == "__main__":
    tables = {
        "phone_plans.py": _FORM.format(version=__version__, rows=_rows(plans())),
        "phone_numbers_in_use.py": _FORM_IN_USE.format(rows=_rows(numbers_in_use())),
    }
    for name, text in tables.items():
        Path(__file__).with_name(name).write_text(text, encoding="utf-8")
