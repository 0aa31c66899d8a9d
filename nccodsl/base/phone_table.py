"""Run by hand: writes `phone_plans.py` from the data of `phonenumbers` (`python -m nccodsl.base.phone_table`)."""

from __future__ import annotations

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


def plans() -> dict[str, Plan]:
    """The table, by calling code."""
    return {str(code): plan for code in sorted(COUNTRY_CODE_TO_REGION_CODE) if (plan := _plan(code)) is not None}


def _plan(code: int) -> Plan | None:
    region = COUNTRY_CODE_TO_REGION_CODE[code][0]
    metadata = (
        PhoneMetadata.metadata_for_nongeo_region(code) if region == "001" else PhoneMetadata.metadata_for_region(region)
    )
    if metadata is None or metadata.general_desc is None:
        return None
    return metadata.national_prefix_for_parsing or metadata.national_prefix or "", metadata.general_desc.possible_length


def to_text() -> str:
    """The module."""
    rows = (f"    {code!r}: {plan!r},\n" for code, plan in plans().items())
    return _FORM.format(version=__version__, rows="".join(rows))


if __name__ == "__main__":
    Path(__file__).with_name("phone_plans.py").write_text(to_text(), encoding="utf-8")
