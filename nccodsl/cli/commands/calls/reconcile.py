"""`nccodsl calls reconcile`: calls whose fate is unknown are looked up."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import API_EXITS, Command, account_options, book_option, json_option, option, parsed


@click.command("reconcile", cls=Command, exits={**API_EXITS, 3: "still unknown for a call"})
@option(
    "--grace",
    type=float,
    metavar="SECONDS",
    group="Input",
    default=30,
    show_default=True,
    help="Skip calls younger than this.",
)
@account_options
@book_option
@json_option
def command() -> int:
    """Look up calls that may or may not have been placed."""
    from nccodsl.cli.calls import ReconcileOptions, reconcile_calls

    return reconcile_calls(parsed(ReconcileOptions))
