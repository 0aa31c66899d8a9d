"""`nccodsl campaign check`: who would be called."""

from __future__ import annotations

import click

from nccodsl.cli.campaign_click_options import suppressed_store_option
from nccodsl.cli.click_options import DATA, OUTPUT, Command, parsed

EXITS = {
    0: "success",
    1: "errors in the campaign or its script, or no recipient can be called",
    2: "wrong usage, or an unusable store",
}


@click.command("check", cls=Command, exits=EXITS)
@click.argument("file", type=DATA, default="campaign.toml")
@click.option("--strict", is_flag=True, help="Count warnings as errors.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Print the result as text or as JSON.",
)
@click.option("--skipped", type=OUTPUT, metavar="FILE", help="Write all skipped recipients as JSON lines.")
@suppressed_store_option
def command() -> int:
    """Report who would be called, and who is skipped and why.

    FILE is a campaign file; without it, campaign.toml. Nothing is sent, and nothing is stored.
    """
    from nccodsl.cli.campaign import CampaignCheckOptions, check_campaign

    return check_campaign(parsed(CampaignCheckOptions))
