"""`nccodsl calls stop-talk`: a text over a call stops."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, account_options, json_option, parsed


@click.command("stop-talk", cls=Command)
@click.argument("uuid")
@account_options
@json_option
def command() -> int:
    """Stop what `calls talk` says."""
    from nccodsl.cli.calls import OrderOptions, stop_talk

    return stop_talk(parsed(OrderOptions))
