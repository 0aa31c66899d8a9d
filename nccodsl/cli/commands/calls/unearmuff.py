"""`nccodsl calls unearmuff`: a leg hears the others again."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import API_EXITS, Command, account_options, json_option, parsed


@click.command("unearmuff", cls=Command, exits=API_EXITS)
@click.argument("uuid")
@account_options
@json_option
def command() -> int:
    """Let one leg hear the others again."""
    from nccodsl.cli.calls import OrderOptions, unearmuff

    return unearmuff(parsed(OrderOptions))
