"""A forecast for people and for machines, with all that it assumes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo

from nccodsl.base.plural import counted
from nccodsl.base.record import Record
from nccodsl.base.utc import utc_text
from nccodsl.campaign.campaign_plan import CampaignPlan
from nccodsl.campaign.forecast.assumptions import MACHINE, CallPace
from nccodsl.campaign.forecast.bands import Band, Forecast
from nccodsl.campaign.forecast.hour_columns import busy_hours, chart_hours, chart_lines
from nccodsl.campaign.policy.decide import REACHED
from nccodsl.cli.forecast_assumptions import Assumed
from nccodsl.cli.output import hung
from nccodsl.clock.zones import zone_of

_MOST_ZONES = 12
_WIDTH = 80
"""Columns where there is no terminal."""
_OUTCOMES = {
    REACHED: "reach a person",
    MACHINE: "reach a machine",
    "unanswered": "are not taken",
    "timeout": "ring for too long",
    "busy": "meet a busy line",
    "rejected": "are declined",
    "failed": "cannot be put through",
}
"""How calls end, for people."""


class ForecastReport(Record):
    """A forecast of a campaign with so many rows."""

    plan: CampaignPlan
    rows: int
    found: Forecast
    assumed: Assumed
    seed: int

    @property
    def zone(self) -> tzinfo:
        """Whose times are shown: the zone of the campaign's hours, or UTC."""
        zone = zone_of(self.plan.windows.zone or "UTC")
        assert zone is not None, "the plan is judged"
        return zone


def forecast_lines(report: ForecastReport, columns: int | None) -> Iterator[str]:
    """The forecast for a terminal with so many columns; None: for no terminal."""
    width = _WIDTH if columns is None else columns
    plan, found = report.plan, report.found
    rows = f"{report.rows:,} recipient{'s' * (report.rows != 1)}"
    yield f"{plan.name} ({plan.purpose}): a forecast for {found.people:,} of {rows}"
    yield f"An estimate of {counted(found.runs, 'run')} with seed {report.seed}: 8 of 10 runs end between P10 and P90."
    yield ""
    yield from _table(report)
    if found.stopped:
        yield "The limit of `calls` ends the campaign in some runs."
    if found.left.p90:
        yield from ("", "Not called at all:")
        yield from _left(found)
    if found.hours:
        yield ""
        yield from _chart(report, width)
    yield from ("", "Assumed; set them in `[forecast]` of the campaign file:")
    for line in _assumed(report):
        yield from hung("- ", line, columns)


def _table(report: ForecastReport) -> Iterator[str]:
    found, zone = report.found, report.zone
    rows = [["", *(name.upper() for name in Band._fields)]]
    rows.append(["9 of 10 calls by", *(_moment(one, zone) for one in _values(found.mostly))])
    rows.append(["end", *(_moment(one, zone) for one in _values(found.ends))])
    figures = {"calls": found.calls, "calls and connects": found.legs, "people reached": found.reached}
    figures |= {"people not called": found.left, "minutes that cost": found.minutes}
    rows += [[name, *(f"{one:,.0f}" for one in _values(band))] for name, band in figures.items()]
    if found.cost is not None:
        rows.append(["cost", *(f"{one:,.2f}" for one in _values(found.cost))])
    widths = [max(len(row[number]) for row in rows) for number in range(4)]
    for name, *cells in rows:
        yield f"{name:<{widths[0]}}  " + "  ".join(f"{cell:>{w}}" for cell, w in zip(cells, widths[1:], strict=True))


def _chart(report: ForecastReport, width: int) -> Iterator[str]:
    hours = busy_hours(report.found.hours)
    column = counted(chart_hours(hours, width), "hour")
    part = "" if len(hours) == len(report.found.hours) else "99 of 100 calls, "
    yield f"Calls per hour: {part}a column for {column}, times in {report.plan.windows.zone or 'UTC'}"
    yield from chart_lines(hours, width, report.zone)


def _left(found: Forecast) -> Iterator[str]:
    shown = [zone for zone in found.zones if zone.left.p90]
    for zone in shown[:_MOST_ZONES]:
        p10, p50, p90 = (f"{one:,.0f}" for one in _values(zone.left))
        yield f"- {_zones(zone.zones)}: P10 {p10}, P50 {p50}, P90 {p90} of {zone.people:,}"
    if len(shown) > _MOST_ZONES:
        yield f"- and in {counted(len(shown) - _MOST_ZONES, 'other zone')}: --format json has all"


def _zones(zones: tuple[str, ...]) -> str:
    return zones[0] if len(zones) == 1 else f"{zones[0]} or {counted(len(zones) - 1, 'other zone')}"


def _assumed(report: ForecastReport) -> Iterator[str]:
    terms, found = report.assumed, report.found
    ours, pace = terms.assumptions, terms.pace
    parts = ", ".join(f"{share * 100:.0f} {_OUTCOMES[outcome]}" for outcome, share in ours.shares.items())
    yield f"of 100 calls, {parts} ({terms.shares_from}, as seen in {counted(ours.sample, 'call')})"
    if not terms.detects and MACHINE not in ours.shares:
        yield "a machine counts as a person: the script does not detect machines"
    yield f"an answered call lasts {ours.billed[REACHED]:.0f} s ({terms.talk_from})"
    ring = ours.seconds[REACHED] - ours.billed[REACHED]
    yield f"it rings {ring:.0f} s until an answer, and {ours.seconds['unanswered']:.0f} s where there is none"
    if ours.connects:
        yield f"100 calls to a person connect {ours.connects * 100:.0f} legs, each for {ours.connected:.0f} s"
    else:
        yield "a call connects no one"
    limits = ", ".join(_limits(pace))
    yield f"{found.a_second:.2f} calls begin in a second: {limits}, a request takes {ours.round_trip:g} s"
    if ours.price is None:
        yield "the price of a minute is not known: with `price`, the cost is forecast"
    else:
        yield f"a minute costs {ours.price:g}"
    yield "no other campaign calls these people or uses the account, and none of them opts out"


def _limits(pace: CallPace) -> Iterator[str]:
    yield f"the account has {counted(pace.limit, 'start')} a second"
    if pace.starts > 1:
        yield f"a call counts as {pace.starts}"
    if pace.per_second is not None:
        yield f"the campaign has {counted(pace.per_second, 'call')} a second"
    if pace.at_once is not None:
        yield f"{counted(pace.at_once, 'call')} at a time"


def forecast_json(report: ForecastReport) -> dict[str, object]:
    """The forecast as JSON: bands as objects, moments in UTC."""
    found, terms = report.found, report.assumed
    ours, pace = terms.assumptions, terms.pace
    return {
        "campaign": report.plan.name,
        "purpose": report.plan.purpose,
        "rows": report.rows,
        "people": found.people,
        "runs": found.runs,
        "seed": report.seed,
        "nine_of_ten_calls_by": _moments(found.mostly),
        "end": _moments(found.ends),
        "calls": _band(found.calls),
        "legs": _band(found.legs),
        "reached": _band(found.reached),
        "left": _band(found.left),
        "minutes": _band(found.minutes),
        "cost": None if found.cost is None else _band(found.cost),
        "zones": [{"zones": list(one.zones), "people": one.people, "left": _band(one.left)} for one in found.zones],
        "hours": [{"hour": utc_text(hour * 3600), "calls": round(calls, 2)} for hour, calls in found.hours.items()],
        "calls_limit_reached": found.stopped,
        "assumed": {
            "shares": dict(ours.shares),
            "shares_from": terms.shares_from,
            "sample": ours.sample,
            "seconds": {outcome: round(seconds, 2) for outcome, seconds in ours.seconds.items()},
            "talk": round(ours.billed[REACHED], 2),
            "talk_from": terms.talk_from,
            "connects": round(ours.connects, 4),
            "connected": round(ours.connected, 2),
            "round_trip": ours.round_trip,
            "limit": pace.limit,
            "starts": pace.starts,
            "calls_per_second": round(found.a_second, 4),
            "price": ours.price,
        },
    }


def _values(band: Band) -> tuple[float, float, float]:
    return band.p10, band.p50, band.p90


def _moments(band: Band) -> dict[str, str]:
    return dict(zip(Band._fields, map(utc_text, _values(band)), strict=True))


def _band(band: Band) -> dict[str, float]:
    return {name: round(value, 2) for name, value in zip(Band._fields, _values(band), strict=True)}


def _moment(seconds: float, zone: tzinfo) -> str:
    return f"{datetime.fromtimestamp(seconds, zone):%a %Y-%m-%d %H:%M}"
