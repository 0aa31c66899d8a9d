"""`nccodsl campaign why`: what was decided about a number."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, json_option, option, parsed


@click.command(
    "why", cls=Command, exits={0: "success", 1: "the number is in no campaign", 2: "wrong usage, or no such campaign"}
)
@click.argument("number")
@option("--campaign", metavar="NAME", group="Input", help="Look into this campaign only.")
@json_option
def command() -> int:
    """Tell what was decided about a number, when, and by which rule."""
    from nccodsl.cli.campaign_why import WhyOptions, why

    return why(parsed(WhyOptions))
