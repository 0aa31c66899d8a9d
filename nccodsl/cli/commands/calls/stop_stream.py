"""`nccodsl calls stop-stream`: a sound over a call stops."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, account_options, json_option, parsed


@click.command("stop-stream", cls=Command)
@click.argument("uuid")
@account_options
@json_option
def command() -> int:
    """Stop what `calls stream` plays."""
    from nccodsl.cli.calls import OrderOptions, stop_stream

    return stop_stream(parsed(OrderOptions))
