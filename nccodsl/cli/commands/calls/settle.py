"""`nccodsl calls settle`: a person says what became of a call."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, book_option, json_option, parsed


@click.command("settle", cls=Command, exits={0: "success", 2: "wrong usage, or an unusable journal"})
@click.argument("reference")
@click.argument("outcome", type=click.Choice(("placed", "absent")))
@click.option("--uuid", metavar="UUID", help="With `placed`: the call, as `calls list` shows it.")
@book_option
@json_option
def command() -> int:
    """Record by hand whether a call was placed.

    For calls that `calls reconcile` cannot settle. REFERENCE is the reference of the call, or its ID, as `calls
    journal` shows it. Your name and the time are recorded. A call recorded as absent can be dialled again.
    """
    from nccodsl.cli.calls import SettleOptions, settle

    return settle(parsed(SettleOptions))
