"""Public holidays, from the `holidays` package. It is imported only where a script names a country."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date


def holidays_of(region: str) -> Callable[[date], str]:
    """The name of the public holiday on a day, or empty. `region`: as `is_region` accepts it."""
    import holidays

    country, _, part = region.partition("-")
    known = holidays.country_holidays(country, subdiv=part or None)
    return lambda day: known.get(day) or ""


def holidays_of_all(regions: Sequence[str]) -> Callable[[date], str] | None:
    """The name of the public holiday on a day in the first region that has one, or empty; None without regions."""
    if not regions:
        return None
    known = [holidays_of(region) for region in regions]
    return lambda day: next((name for one in known if (name := one(day))), "")


def is_region(region: str) -> bool:
    """Whether a country (`GB`) or a part of one (`GB-ENG`) is known."""
    from holidays import list_supported_countries

    country, dash, part = region.partition("-")
    parts = list_supported_countries(include_aliases=True).get(country)
    return parts is not None and (not dash or part in parts)


def regions(country: str = "") -> list[str]:
    """All countries, or the parts of one."""
    from holidays import list_supported_countries

    known = list_supported_countries(include_aliases=True)
    return [f"{country}-{part}" for part in known.get(country, ())] if country else sorted(known)
