"""`nccodsl campaign work`: a worker."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import (
    API_EXITS,
    Command,
    account_options,
    book_option,
    json_option,
    limit_option,
    option,
    parsed,
)

EXITS = {
    **API_EXITS,
    1: "the campaign cannot go on",
    3: "unknown for some calls whether they were placed",
    130: "stopped",
}


@click.command(
    "work",
    cls=Command,
    exits=EXITS,
)
@click.argument("names", nargs=-1, metavar="[NAME…]")
@account_options
@limit_option
@option("--base-url", metavar="URL", group="Network", help="Address of the webhook server of interactive scripts.")
@option(
    "--store",
    metavar="URL",
    group="Network",
    help="Store of that server, with the suppressed numbers. Default: SQLite in your state folder.",
)
@option("--once", is_flag=True, group="Call", help="Place the calls that are due, and end: for schedulers.")
@option("--stay", is_flag=True, group="Call", help="Wait for further campaigns when all are over.")
@book_option
@json_option
def command() -> int:
    """Place the calls of campaigns, and follow them until they end.

    NAME limits the work to some campaigns. Run as many workers as you like: no one is called twice. Ctrl-C stops this
    one, and the next goes on.
    """
    from nccodsl.cli.campaign import CampaignWorkOptions, work

    return work(parsed(CampaignWorkOptions))
