"""`nccodsl campaign watch`: campaigns while they run."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import BOOK_EXITS, Command, json_option, limit_option, listen_options, option, parsed

EXITS = {**BOOK_EXITS, 0: "all campaigns are over, or the page was stopped", 130: "stopped before"}


@click.command("watch", cls=Command, exits=EXITS)
@click.argument("names", nargs=-1, metavar="[NAME…]")
@limit_option
@option("--web", is_flag=True, group="Network", help="Serve a page instead, with buttons to pause and stop.")
@listen_options(port=0)
@json_option
def command() -> int:
    """Watch campaigns until they are over.

    NAME limits this to some campaigns; otherwise those that are not over are shown. On a terminal, a table is redrawn
    each second; elsewhere, a line is printed when something has changed. --json prints one object a line.
    """
    from nccodsl.cli.campaign import CampaignWatchOptions, watch

    return watch(parsed(CampaignWatchOptions))
