"""`nccodsl calls earmuff`: a leg hears nobody."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, account_options, json_option, parsed


@click.command("earmuff", cls=Command)
@click.argument("uuid")
@account_options
@json_option
def command() -> int:
    """This leg hears nobody any more."""
    from nccodsl.cli.calls import OrderOptions, earmuff

    return earmuff(parsed(OrderOptions))
