"""`nccodsl calls dtmf`: keys sent to a leg."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import API_EXITS, Command, account_options, json_option, parsed


@click.command("dtmf", cls=Command, exits=API_EXITS)
@click.argument("uuid")
@click.argument("digits")
@account_options
@json_option
def command() -> int:
    """Send keys to one leg.

    DIGITS are 0-9, *, # and p, a pause of half a second.
    """
    from nccodsl.cli.calls import DtmfOptions, dtmf

    return dtmf(parsed(DtmfOptions))
