"""`nccodsl calls show`: all about one call."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import API_EXITS, Command, account_options, json_option, parsed


@click.command("show", cls=Command, exits=API_EXITS)
@click.argument("uuid")
@account_options
@json_option
def command() -> int:
    """Show one call."""
    from nccodsl.cli.calls import OrderOptions, show_call

    return show_call(parsed(OrderOptions))
