"""`nccodsl calls mute`: a leg is not heard."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, account_options, json_option, parsed


@click.command("mute", cls=Command)
@click.argument("uuid")
@account_options
@json_option
def command() -> int:
    """Nobody hears this leg any more."""
    from nccodsl.cli.calls import OrderOptions, mute

    return mute(parsed(OrderOptions))
