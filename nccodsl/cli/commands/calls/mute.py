"""`nccodsl calls mute`: a leg is not heard."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import API_EXITS, Command, account_options, json_option, parsed


@click.command("mute", cls=Command, exits=API_EXITS)
@click.argument("uuid")
@account_options
@json_option
def command() -> int:
    """Stop the others from hearing one leg."""
    from nccodsl.cli.calls import OrderOptions, mute

    return mute(parsed(OrderOptions))
