"""`nccodsl campaign why`: what was decided about a number."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import BOOK_EXITS, Command, book_option, json_option, option, parsed


@click.command("why", cls=Command, exits={**BOOK_EXITS, 1: "the number is in no campaign"})
@click.argument("number")
@option("--campaign", metavar="NAME", group="Input", help="Look into this campaign only.")
@book_option
@json_option
def command() -> int:
    """Tell what was decided about a number, when, and by which rule."""
    from nccodsl.cli.campaign import WhyOptions, why

    return why(parsed(WhyOptions))
