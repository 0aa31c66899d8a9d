"""`nccodsl calls reconcile`: calls whose fate is unknown are looked up."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, account_options, json_option, parsed


@click.command("reconcile", cls=Command)
@click.option("--grace", type=float, default=30.0, show_default=True, help="Leave alone what is younger, in seconds.")
@account_options
@json_option
def command() -> int:
    """Look up every call of which nobody knows whether it was placed.

    Exit code 3 where one is still not known.
    """
    from nccodsl.cli.calls import ReconcileOptions, reconcile_calls

    return reconcile_calls(parsed(ReconcileOptions))
