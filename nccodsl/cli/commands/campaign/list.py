"""`nccodsl campaign list`: how campaigns stand."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, json_option, parsed


@click.command(
    "list", cls=Command, exits={0: "success", 1: "the book cannot be used", 2: "wrong usage, or no such campaign"}
)
@json_option
def command() -> int:
    """List campaigns, and how many recipients are in which state."""
    from nccodsl.cli.campaign_control import CampaignListOptions, list_campaigns

    return list_campaigns(parsed(CampaignListOptions))
