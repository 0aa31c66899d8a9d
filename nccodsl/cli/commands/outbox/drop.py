"""`nccodsl outbox drop`: requests are delivered no more."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, json_option, outbox_options, parsed


@click.command("drop", cls=Command, exits={0: "success", 2: "wrong usage, an unknown key, or an unusable store"})
@click.argument("keys", nargs=-1, metavar="[KEY…]")
@click.option("--all", "everything", is_flag=True, help="All requests in the outbox.")
@outbox_options
@json_option
def command() -> int:
    """Deliver requests no more.

    A webhook that is repeated does not put them in again. Give keys or --all.
    """
    from nccodsl.cli.outbox import OutboxOrderOptions, drop_requests

    return drop_requests(parsed(OutboxOrderOptions))
