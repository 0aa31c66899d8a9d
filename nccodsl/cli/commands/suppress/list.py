"""`nccodsl suppress list`: who has opted out."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, json_option, outbox_options, parsed


@click.command("list", cls=Command, exits={0: "success", 2: "wrong usage, or an unusable store"})
@outbox_options
@json_option
def command() -> int:
    """List suppressed numbers.

    The oldest comes first, each with its time, its reason and the call that suppressed it.
    """
    from nccodsl.cli.suppress import SuppressListOptions, list_numbers

    return list_numbers(parsed(SuppressListOptions))
