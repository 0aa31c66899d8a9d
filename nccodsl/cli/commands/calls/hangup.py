"""`nccodsl calls hangup`: a call ends."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import API_EXITS, Command, account_options, json_option, parsed


@click.command("hangup", cls=Command, exits=API_EXITS)
@click.argument("uuid")
@account_options
@json_option
def command() -> int:
    """End a call."""
    from nccodsl.cli.calls import OrderOptions, hangup

    return hangup(parsed(OrderOptions))
