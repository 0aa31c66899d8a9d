"""`nccodsl campaign forecast`: when a campaign would end, and with what, before it begins."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from nccodsl.campaign.forecast.bands import CampaignCase, Forecast, forecast
from nccodsl.campaign.forecast.hour_chart_svg import hour_chart_svg
from nccodsl.campaign.forecast.people_groups import PeopleCount
from nccodsl.campaign.plan_policy import policy_of
from nccodsl.campaign.recipients import SkippedRow
from nccodsl.cli.campaign_check import told_only
from nccodsl.cli.campaign_input import CampaignInput, as_json
from nccodsl.cli.campaign_options import CampaignForecastOptions
from nccodsl.cli.forecast_assumptions import Assumed, SampledPerson, assumed
from nccodsl.cli.forecast_report import ForecastReport, forecast_json, forecast_lines
from nccodsl.cli.given import not_overwritten
from nccodsl.cli.moment import moment
from nccodsl.cli.output import columns, lines_of, print_out, say, show, write_whole
from nccodsl.cli.servers_store import refused
from nccodsl.cli.show_error import coded
from nccodsl.client.failures import BadSettings
from nccodsl.client.profiles import find_profile
from nccodsl.client.start_slots import limit_of
from nccodsl.errors import ScriptError
from nccodsl.server.refusals import ServeError

_SAMPLE = 20
"""Recipients whose calls are emulated."""


def forecast_campaign(wanted: CampaignForecastOptions) -> int:
    """Print the forecast, and write its chart into a file; the exit code."""
    now = time.time() if wanted.at is None else moment(wanted.at, "--at").timestamp()
    try:
        campaign = CampaignInput(wanted.file, now, at_option=wanted.at is not None)
    except ScriptError as error:
        return told_only(error.diagnostics, wanted.form)
    not_overwritten(wanted.svg, *campaign.files)
    report: ForecastReport | None = None
    try:
        profile = find_profile(None, Path.cwd()) if wanted.limit is None else None
        limit = limit_of(wanted.limit if profile is None else profile.limit)
        with campaign.noted():
            report = _report(campaign, wanted, now, limit)
    except BadSettings as error:
        show([coded(error)])
        return 2
    except ServeError as error:
        return refused(error)
    _tell(campaign, report, wanted.form)
    if report is not None and wanted.svg is not None:
        title = f"{report.plan.name}: calls per hour, times in {report.plan.windows.zone or 'UTC'}"
        write_whole(wanted.svg, hour_chart_svg(report.found.hours, title, report.zone).encode())
        say(f"wrote the chart to {wanted.svg}")
    return 1 if campaign.has_errors else 0


def _report(campaign: CampaignInput, wanted: CampaignForecastOptions, now: float, limit: int) -> ForecastReport | None:
    """The forecast; None where no one can be called. Raises what `recipients` does."""
    plan = campaign.plan
    people = PeopleCount(plan.recipients.compared)
    sample: list[SampledPerson] = []
    for one in campaign.recipients(wanted.store):
        if isinstance(one, SkippedRow):
            continue
        recipient, outlook = one
        people.add(outlook.target, outlook.consent)
        if len(sample) < _SAMPLE:
            sample.append(SampledPerson(recipient, outlook.decision.until or now))
    if not sample:
        return None
    assert campaign.script is not None
    terms: Assumed = assumed(plan, campaign.script, sample, limit)
    case = CampaignCase(policy_of(plan), tuple(people.groups()), terms.pace, terms.assumptions, now)
    found: Forecast = forecast(case, wanted.runs, wanted.seed)
    return ForecastReport(plan, campaign.rows, found, terms, wanted.seed)


def _tell(campaign: CampaignInput, report: ForecastReport | None, form: str) -> None:
    if form == "json":
        problems = [as_json(one) for one in campaign.problems]
        members = forecast_json(report) if report is not None else {"campaign": campaign.plan.name}
        print_out({**members, "problems": problems})
    else:
        show(campaign.problems)
        if report is not None:
            print_out(lines_of(_lines(report)))


def _lines(report: ForecastReport) -> Iterator[str]:
    return forecast_lines(report, columns(sys.stdout))
