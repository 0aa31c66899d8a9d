"""`nccodsl campaign resume`: a paused campaign goes on."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, json_option, parsed


@click.command(
    "resume", cls=Command, exits={0: "success", 1: "the book cannot be used", 2: "wrong usage, or no such campaign"}
)
@click.argument("name")
@json_option
def command() -> int:
    """Let a paused campaign go on."""
    from nccodsl.cli.campaign_control import NamedCampaign, resume

    return resume(parsed(NamedCampaign))
