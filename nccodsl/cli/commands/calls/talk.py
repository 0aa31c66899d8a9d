"""`nccodsl calls talk`: a text over a call."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import API_EXITS, Command, account_options, json_option, option, parsed


@click.command("talk", cls=Command, exits=API_EXITS)
@click.argument("uuid")
@click.argument("text")
@option("--language", metavar="CODE", group="Call", help="Language of the text, such as en-GB.")
@option("--style", type=int, metavar="N", group="Call", help="Number of the voice.")
@option("--premium", is_flag=True, default=None, group="Call", help="Use the premium form of the voice.")
@option("--loop", type=int, metavar="N", group="Call", help="Play N times; 0 repeats until stopped.")
@option("--level", type=float, metavar="X", group="Call", help="Volume from -1 to 1.")
@account_options
@json_option
def command() -> int:
    """Speak a text to one leg."""
    from nccodsl.cli.calls import SayOptions, talk

    return talk(parsed(SayOptions))
