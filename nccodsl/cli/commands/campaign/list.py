"""`nccodsl campaign list`: how campaigns stand."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import BOOK_EXITS, Command, book_option, json_option, parsed


@click.command("list", cls=Command, exits=BOOK_EXITS)
@click.argument("names", nargs=-1, metavar="[NAME…]")
@book_option
@json_option
def command() -> int:
    """List campaigns, and how many recipients are in which state."""
    from nccodsl.cli.campaign import CampaignListOptions, list_all

    return list_all(parsed(CampaignListOptions))
