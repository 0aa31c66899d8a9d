"""`nccodsl calls stream`: a sound over a call."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, account_options, json_option, parsed


@click.command("stream", cls=Command)
@click.argument("uuid")
@click.argument("url")
@click.option("--loop", type=int, help="So many times; 0: until it is stopped.")
@click.option("--level", type=float, help="Louder or softer, -1 to 1.")
@account_options
@json_option
def command() -> int:
    """Play an audio file to one leg, over what the call does."""
    from nccodsl.cli.calls import PlayOptions, stream

    return stream(parsed(PlayOptions))
