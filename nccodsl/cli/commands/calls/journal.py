"""`nccodsl calls journal`: what was placed from here."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, book_option, json_option, parsed


@click.command("journal", cls=Command, exits={0: "success", 2: "wrong usage, or an unusable journal"})
@click.option(
    "--limit", type=click.IntRange(1), metavar="N", default=20, show_default=True, help="Show at most N calls."
)
@book_option
@json_option
def command() -> int:
    """List calls placed from this machine."""
    from nccodsl.cli.calls import JournalOptions, show_journal

    return show_journal(parsed(JournalOptions))
