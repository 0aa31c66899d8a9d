"""`nccodsl campaign init`: a campaign file for a script."""

from __future__ import annotations

import click

from nccodsl.campaign.campaign_plan import PURPOSES
from nccodsl.cli.click_options import OUTPUT, SCRIPT, Command, OneLineChoice, parsed


@click.command("init", cls=Command, exits={0: "success", 1: "errors in a script", 2: "wrong usage, or the file exists"})
@click.argument("script", type=SCRIPT)
@click.option("--purpose", type=OneLineChoice(PURPOSES), required=True, help="Why people are called: rules differ.")
@click.option(
    "-o",
    "--output",
    type=OUTPUT,
    metavar="FILE",
    default="campaign.toml",
    show_default=True,
    help="Write to this file; `-` is standard output.",
)
def command() -> int:
    """Write a campaign file for a script.

    Its params become columns of the recipients. An existing file is never overwritten.
    """
    from nccodsl.cli.campaign import CampaignInitOptions, init_campaign

    return init_campaign(parsed(CampaignInitOptions))
