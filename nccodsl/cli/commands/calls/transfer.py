"""`nccodsl calls transfer`: a call goes on with another script."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import SCRIPT, Command, account_options, json_option, parsed, var_options


@click.command("transfer", cls=Command)
@click.argument("uuid")
@click.argument("file", type=SCRIPT, required=False)
@click.option("--url", metavar="URL", help="An address that returns the NCCO, in place of FILE.")
@var_options
@account_options
@json_option
def command() -> int:
    """Send the call to another script: FILE is compiled, and takes the place of what the call does."""
    from nccodsl.cli.calls import TransferOptions, transfer

    return transfer(parsed(TransferOptions))
