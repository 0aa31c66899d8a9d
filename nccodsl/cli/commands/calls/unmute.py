"""`nccodsl calls unmute`: a leg is heard again."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, account_options, json_option, parsed


@click.command("unmute", cls=Command)
@click.argument("uuid")
@account_options
@json_option
def command() -> int:
    """This leg is heard again."""
    from nccodsl.cli.calls import OrderOptions, unmute

    return unmute(parsed(OrderOptions))
