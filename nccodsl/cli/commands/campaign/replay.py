"""`nccodsl campaign replay`: all decisions are made again."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, json_option, parsed


@click.command(
    "replay",
    cls=Command,
    exits={0: "all are the same", 1: "some would be others now", 2: "wrong usage, or no such campaign"},
)
@click.argument("name")
@json_option
def command() -> int:
    """Make all decisions again, from what each had seen, and compare them."""
    from nccodsl.cli.campaign_audit import CampaignReplayOptions, replay_ledger

    return replay_ledger(parsed(CampaignReplayOptions))
