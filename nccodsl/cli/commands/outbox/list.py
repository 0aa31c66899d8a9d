"""`nccodsl outbox list`: what waits for its delivery."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, json_option, outbox_options, parsed


@click.command("list", cls=Command, exits={0: "success", 2: "wrong usage, or an unusable store"})
@click.option("--bodies", is_flag=True, help="Also show the bodies of the requests.")
@outbox_options
@json_option
def command() -> int:
    """List requests that are not delivered yet.

    The oldest comes first. Headers show the names of secrets, and no values.
    """
    from nccodsl.cli.outbox import OutboxListOptions, list_outbox

    return list_outbox(parsed(OutboxListOptions))
