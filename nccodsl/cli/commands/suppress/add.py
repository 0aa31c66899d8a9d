"""`nccodsl suppress add`: numbers that are not to be called again."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, json_option, outbox_options, parsed


@click.command("add", cls=Command, exits={0: "success", 2: "wrong usage, a wrong number, or an unusable store"})
@click.argument("numbers", nargs=-1, required=True, metavar="NUMBER…")
@click.option("--reason", default="", metavar="TEXT", help="Why, in a few words.")
@outbox_options
@json_option
def command() -> int:
    """Suppress numbers.

    A number that is suppressed already stays as it is.
    """
    from nccodsl.cli.suppress import SuppressAddOptions, add_numbers

    return add_numbers(parsed(SuppressAddOptions))
