"""`nccodsl campaign stop`: a campaign ends."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import API_EXITS, Command, account_options, book_option, json_option, option, parsed


@click.command("stop", cls=Command, exits=API_EXITS)
@click.argument("name")
@option("--hang-up", is_flag=True, group="Call", help="End the calls that run, too.")
@account_options
@book_option
@json_option
def command() -> int:
    """End a campaign for good.

    Who waits is not called any more. Calls that run go on, unless --hang-up is given.
    """
    from nccodsl.cli.campaign import CampaignStopOptions, stop

    return stop(parsed(CampaignStopOptions))
