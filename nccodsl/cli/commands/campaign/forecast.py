"""`nccodsl campaign forecast`: what is to be expected of a campaign."""

from __future__ import annotations

import click

from nccodsl.cli.campaign_click_options import suppressed_store_option
from nccodsl.cli.click_options import DATA, OUTPUT, Command, limit_option, option, parsed
from nccodsl.cli.commands.campaign.check import EXITS


@click.command("forecast", cls=Command, exits=EXITS)
@click.argument("file", type=DATA, default="campaign.toml")
@option("--at", metavar="TIME", group="Input", help="Begin then, such as 2026-12-01T08:00:00-05:00; by default now.")
@option(
    "--runs",
    type=click.IntRange(1, 1000),
    metavar="N",
    default=15,
    show_default=True,
    group="Input",
    help="Simulate the campaign N times.",
)
@option(
    "--seed",
    type=click.IntRange(0),
    metavar="N",
    default=1,
    show_default=True,
    group="Input",
    help="The same seed leads to the same forecast.",
)
@suppressed_store_option
@limit_option
@option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    group="Output",
    help="Print the result as text or as JSON.",
)
@option("--svg", type=OUTPUT, metavar="FILE", group="Output", help="Write the chart of calls per hour as SVG.")
def command() -> int:
    """Report when it would end, and how many calls it would take.

    FILE is a campaign file; without it, campaign.toml. The campaign is simulated with assumptions, which are printed;
    `[forecast]` in the file changes them. Nothing is sent, and nothing is stored.
    """
    from nccodsl.cli.campaign import CampaignForecastOptions, forecast_campaign

    return forecast_campaign(parsed(CampaignForecastOptions))
