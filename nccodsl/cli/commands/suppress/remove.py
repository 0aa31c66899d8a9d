"""`nccodsl suppress remove`: numbers that may be called again."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, json_option, outbox_options, parsed


@click.command("remove", cls=Command, exits={0: "success", 2: "wrong usage, an unknown number, or an unusable store"})
@click.argument("numbers", nargs=-1, required=True, metavar="NUMBER…")
@outbox_options
@json_option
def command() -> int:
    """Suppress numbers no more."""
    from nccodsl.cli.suppress import SuppressRemoveOptions, remove_numbers

    return remove_numbers(parsed(SuppressRemoveOptions))
