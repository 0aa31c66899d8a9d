"""`nccodsl campaign report`: a campaign in numbers."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import OUTPUT, Command, option, parsed


@click.command(
    "report", cls=Command, exits={0: "success", 1: "the book cannot be used", 2: "wrong usage, or no such campaign"}
)
@click.argument("name")
@option(
    "--format",
    "form",
    type=click.Choice(["text", "csv", "json", "html"]),
    default="text",
    show_default=True,
    group="Output",
    help="Format of the report; CSV and JSON list all recipients.",
)
@option(
    "--by",
    type=click.Choice(["outcome", "hour", "zone"]),
    default="outcome",
    show_default=True,
    group="Output",
    help="What calls are counted by.",
)
@option("-o", "--output", type=OUTPUT, default="-", metavar="FILE", group="Output", help="Write to this file.")
def command() -> int:
    """Report what became of a campaign."""
    from nccodsl.cli.campaign_report import ReportOptions, report_campaign

    return report_campaign(parsed(ReportOptions))
