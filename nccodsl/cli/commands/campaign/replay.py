"""`nccodsl campaign replay`: all decisions are made again."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import BOOK_EXITS, Command, book_option, json_option, option, parsed


@click.command(
    "replay",
    cls=Command,
    exits={**BOOK_EXITS, 0: "all are the same", 1: "some would be others now"},
)
@click.argument("name")
@option("--strict", is_flag=True, group="Input", help="Fail where a recipient was forgotten, too.")
@book_option
@json_option
def command() -> int:
    """Make all decisions again, from what each had seen, and compare them."""
    from nccodsl.cli.campaign import CampaignReplayOptions, replay

    return replay(parsed(CampaignReplayOptions))
