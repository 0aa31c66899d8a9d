"""`nccodsl calls stream`: a sound over a call."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import API_EXITS, Command, account_options, json_option, option, parsed


@click.command("stream", cls=Command, exits=API_EXITS)
@click.argument("uuid")
@click.argument("url")
@option("--loop", type=int, metavar="N", group="Call", help="Play N times; 0 repeats until stopped.")
@option("--level", type=float, metavar="X", group="Call", help="Volume from -1 to 1.")
@account_options
@json_option
def command() -> int:
    """Play an audio file to one leg."""
    from nccodsl.cli.calls import PlayOptions, stream

    return stream(parsed(PlayOptions))
