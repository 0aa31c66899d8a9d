"""`nccodsl calls earmuff`: a leg no longer hears the others."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import API_EXITS, Command, account_options, json_option, parsed


@click.command("earmuff", cls=Command, exits=API_EXITS)
@click.argument("uuid")
@account_options
@json_option
def command() -> int:
    """Stop one leg from hearing the others."""
    from nccodsl.cli.calls import OrderOptions, earmuff

    return earmuff(parsed(OrderOptions))
