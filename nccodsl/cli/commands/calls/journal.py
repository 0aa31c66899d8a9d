"""`nccodsl calls journal`: what was placed from here."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, json_option, parsed


@click.command("journal", cls=Command)
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Show so many at most.")
@json_option
def command() -> int:
    """Show what was placed from here, and what became of it, newest first."""
    from nccodsl.cli.calls import JournalOptions, show_journal

    return show_journal(parsed(JournalOptions))
