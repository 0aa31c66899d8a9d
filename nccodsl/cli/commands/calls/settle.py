"""`nccodsl calls settle`: a person says what became of a call."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, json_option, parsed


@click.command("settle", cls=Command)
@click.argument("reference")
@click.argument("outcome", type=click.Choice(("placed", "absent")))
@click.option("--uuid", metavar="UUID", help="With `placed`: the call that it is, as `calls list` shows it.")
@json_option
def command() -> int:
    """Say what became of a call that `reconcile` cannot settle: it was placed, or it never was.

    REFERENCE is the call's reference, or its id, as `calls journal` shows it. Your name and the time are noted. A call
    that you call absent may be dialled again.
    """
    from nccodsl.cli.calls import SettleOptions, settle

    return settle(parsed(SettleOptions))
