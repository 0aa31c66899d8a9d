"""`nccodsl calls unearmuff`: a leg hears the others again."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, account_options, json_option, parsed


@click.command("unearmuff", cls=Command)
@click.argument("uuid")
@account_options
@json_option
def command() -> int:
    """This leg hears the others again."""
    from nccodsl.cli.calls import OrderOptions, unearmuff

    return unearmuff(parsed(OrderOptions))
