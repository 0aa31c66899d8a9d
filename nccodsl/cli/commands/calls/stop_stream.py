"""`nccodsl calls stop-stream`: a sound over a call stops."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import API_EXITS, Command, account_options, json_option, parsed


@click.command("stop-stream", cls=Command, exits=API_EXITS)
@click.argument("uuid")
@account_options
@json_option
def command() -> int:
    """Stop the audio of `calls stream`."""
    from nccodsl.cli.calls import OrderOptions, stop_stream

    return stop_stream(parsed(OrderOptions))
