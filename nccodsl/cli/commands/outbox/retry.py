"""`nccodsl outbox retry`: requests are tried again at once."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, json_option, outbox_options, parsed


@click.command("retry", cls=Command, exits={0: "success", 2: "wrong usage, an unknown key, or an unusable store"})
@click.argument("keys", nargs=-1, metavar="[KEY…]")
@click.option("--all", "everything", is_flag=True, help="All requests in the outbox.")
@outbox_options
@json_option
def command() -> int:
    """Try requests again at once.

    They are tried for another 24 hours, also if they were given up. Give keys or --all.
    """
    from nccodsl.cli.outbox import OutboxOrderOptions, retry_requests

    return retry_requests(parsed(OutboxOrderOptions))
