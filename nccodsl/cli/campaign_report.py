"""`nccodsl campaign report`: a campaign in numbers, as text, CSV, JSON or a web page."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import click

from nccodsl.base.package_data import package_data
from nccodsl.base.plural import counted
from nccodsl.base.record import Record
from nccodsl.base.utc import utc_text
from nccodsl.campaign.campaign_book import CampaignBook
from nccodsl.campaign.campaign_sums import (
    CampaignReport,
    GroupCount,
    ReportLine,
    branches_of,
    groups_of,
    report_lines,
    report_of,
)
from nccodsl.cli.campaign_branches import branches_taken
from nccodsl.cli.campaign_options import ReportOptions
from nccodsl.cli.campaign_work import counts_line
from nccodsl.cli.opened_book import campaign_book
from nccodsl.cli.output import STDIN, joined, lines_of, print_out, show, write_whole
from nccodsl.cli.recorded_calls import recorded_calls
from nccodsl.cli.show_error import coded
from nccodsl.cli.spreadsheet_cells import plain_cell
from nccodsl.runtime.history import BadHistory, History

BRANCH = "branch"
_COLUMNS = ("row", "number", "state", "reason", "attempts", "outcome", "began", "seconds", "price", "code")


class ReportForm(Record):
    """How a report is written: its format, what calls are counted by, and the file."""

    form: str
    by: str
    output: str
    history: History | None = None
    """What was recorded of the calls; needed to count by branch."""


def report_campaign(wanted: ReportOptions) -> int:
    """Write the report; the exit code. Raises UsageError."""
    if (wanted.by == BRANCH) != (wanted.history is not None):
        raise click.UsageError("`--by branch` needs `--history FILE`, which `nccodsl serve --record FILE` writes.")
    try:
        history = recorded_calls(wanted.history, "--history") if wanted.history is not None else None
    except BadHistory as error:
        show([coded(error)])
        return 2
    with campaign_book() as book:
        write_report(book, wanted.name, ReportForm(wanted.form, wanted.by, wanted.output, history))
    return 0


def write_report(book: CampaignBook, name: str, wanted: ReportForm) -> None:
    """Write the report of a campaign. Raises BadJournal, NoCampaign."""
    if wanted.form == "csv":
        write_whole(wanted.output, _table(book, name).encode())
        return
    report, groups = report_of(book, name), _groups(book, name, wanted)
    if wanted.form == "html":
        write_whole(wanted.output, _page(report, groups, wanted.by).encode())
    elif wanted.form == "json":
        found = {**_sums(report), f"by_{wanted.by}": [vars(one) for one in groups]}
        _write_json(wanted.output, {**found, "recipients": [_members(one) for one in report_lines(book, name)]})
    elif wanted.output == STDIN:
        print_out(lines_of(_lines(report, groups, wanted.by)))
    else:
        write_whole(wanted.output, f"{lines_of(_lines(report, groups, wanted.by))}\n".encode())


def _groups(book: CampaignBook, name: str, wanted: ReportForm) -> list[GroupCount]:
    if wanted.history is None:
        return groups_of(book, name, wanted.by)
    return branches_of(book, name, branches_taken(book, name, wanted.history))


def _write_json(output: str, document: object) -> None:
    import json

    text = json.dumps(document, indent=2, ensure_ascii=False)
    write_whole(output, f"{text}\n".encode())


def _sums(report: CampaignReport) -> dict[str, object]:
    return {
        "campaign": report.status.name,
        "state": report.status.shown,
        "recipients": dict(report.status.counts),
        "calls": report.calls,
        "seconds": report.seconds,
        "price": _rounded(report.price),
        "outcomes": report.outcomes,
        "not_placed": report.not_placed,
        "reasons": report.reasons,
        "first_call": _moment(report.first),
        "last_call": _moment(report.last),
    }


def _moment(seconds: float | None) -> str | None:
    return None if seconds is None else utc_text(seconds)


def _rounded(price: float | None) -> float | None:
    return None if price is None else round(price, 4)


def _cost(price: float | None) -> str:
    return "-" if price is None else f"{price:,.2f}"


def _members(one: ReportLine) -> dict[str, object]:
    found = {**vars(one), "attempts": one.calls, "began": _moment(one.began), "price": _rounded(one.price)}
    return {name: found[name] for name in _COLUMNS}


def _table(book: CampaignBook, name: str) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    for one in report_lines(book, name):
        writer.writerow({name: plain_cell(value) for name, value in _members(one).items()})
    return text.getvalue()


def _lines(report: CampaignReport, groups: list[GroupCount], by: str) -> Iterator[str]:
    status = report.status
    yield joined(f"{status.name}: {status.shown}; {counts_line(status.counts)}")
    if report.first is not None and report.last is not None:
        cost = "" if report.price is None else f", cost {report.price:,.2f}"
        spent = f"{report.seconds / 60:,.1f} minutes{cost}"
        yield f"{counted(report.calls, 'call')} from {utc_text(report.first)} to {utc_text(report.last)}: {spent}"
    if report.not_placed:
        yield _not_placed(report)
    for reason, count in report.reasons.items():
        yield joined(f"  {count:>9,}  {reason}")
    if groups:
        yield f"{by:<32} {'calls':>9} {'completed':>10} {'cost':>10}"
        for one in groups:
            yield joined(f"{one.group:<32} {one.calls:>9,} {one.completed:>10,} {_cost(one.price):>10}")


def _not_placed(report: CampaignReport) -> str:
    each = ", ".join(f"{count:,} {state}" for state, count in report.not_placed.items())
    return f"{counted(sum(report.not_placed.values()), 'attempt')} did not become calls: {each}"


def _page(report: CampaignReport, groups: list[GroupCount], by: str) -> str:
    from jinja2 import Environment

    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
        package_data(__file__, "campaign_report.html").decode()
    )
    most = max((one.calls for one in groups), default=1)
    not_placed = _not_placed(report) if report.not_placed else ""
    return template.render(
        report=report, not_placed=not_placed, cost=_cost, groups=groups, by=by, most=most, sums=_sums(report)
    )
