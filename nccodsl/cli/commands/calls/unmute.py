"""`nccodsl calls unmute`: a leg is heard again."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import API_EXITS, Command, account_options, json_option, parsed


@click.command("unmute", cls=Command, exits=API_EXITS)
@click.argument("uuid")
@account_options
@json_option
def command() -> int:
    """Let the others hear one leg again."""
    from nccodsl.cli.calls import OrderOptions, unmute

    return unmute(parsed(OrderOptions))
