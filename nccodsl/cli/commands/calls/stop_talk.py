"""`nccodsl calls stop-talk`: a text over a call stops."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import API_EXITS, Command, account_options, json_option, parsed


@click.command("stop-talk", cls=Command, exits=API_EXITS)
@click.argument("uuid")
@account_options
@json_option
def command() -> int:
    """Stop the speech of `calls talk`."""
    from nccodsl.cli.calls import OrderOptions, stop_talk

    return stop_talk(parsed(OrderOptions))
