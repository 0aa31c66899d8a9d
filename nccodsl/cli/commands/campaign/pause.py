"""`nccodsl campaign pause`: nobody new is called."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, json_option, parsed


@click.command(
    "pause", cls=Command, exits={0: "success", 1: "the book cannot be used", 2: "wrong usage, or no such campaign"}
)
@click.argument("name")
@json_option
def command() -> int:
    """Pause a campaign: nobody new is called.

    Calls that run go on.
    """
    from nccodsl.cli.campaign_control import NamedCampaign, pause

    return pause(parsed(NamedCampaign))
