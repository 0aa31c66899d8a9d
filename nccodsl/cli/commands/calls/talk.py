"""`nccodsl calls talk`: a text over a call."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, account_options, json_option, parsed


@click.command("talk", cls=Command)
@click.argument("uuid")
@click.argument("text")
@click.option("--language", metavar="CODE", help="Such as en-GB.")
@click.option("--style", type=int, help="The number of a voice.")
@click.option("--premium", is_flag=True, default=None, help="The better form of the voice.")
@click.option("--loop", type=int, help="So many times; 0: until it is stopped.")
@click.option("--level", type=float, help="Louder or softer, -1 to 1.")
@account_options
@json_option
def command() -> int:
    """Say a text to one leg, over what the call does."""
    from nccodsl.cli.calls import SayOptions, talk

    return talk(parsed(SayOptions))
