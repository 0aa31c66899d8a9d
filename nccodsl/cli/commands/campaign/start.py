"""`nccodsl campaign start`: a campaign begins."""

from __future__ import annotations

import click

from nccodsl.cli.campaign_click_options import suppressed_store_option
from nccodsl.cli.click_options import DATA, Command, book_option, json_option, parsed
from nccodsl.cli.commands.campaign.check import EXITS


@click.command(
    "start",
    cls=Command,
    exits=EXITS,
)
@click.argument("file", type=DATA, default="campaign.toml")
@suppressed_store_option
@book_option
@json_option
def command() -> int:
    """Start a campaign: its recipients may be called.

    FILE is a campaign file; without it, campaign.toml. The script, the rules and the recipients are kept as they are
    now. No one is called before `campaign work` runs.
    """
    from nccodsl.cli.campaign import CampaignStartOptions, start

    return start(parsed(CampaignStartOptions))
