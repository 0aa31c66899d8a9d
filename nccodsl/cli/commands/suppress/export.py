"""`nccodsl suppress export`: who has opted out, for other programs."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, outbox_options, parsed


@click.command("export", cls=Command, exits={0: "success", 2: "wrong usage, or an unusable store"})
@outbox_options
def command() -> int:
    """Print the suppressed numbers as CSV.

    The columns are number, reason, source and since (UTC). `--format json` prints JSON.
    """
    from nccodsl.cli.suppress import SuppressExportOptions, export_numbers

    return export_numbers(parsed(SuppressExportOptions))
