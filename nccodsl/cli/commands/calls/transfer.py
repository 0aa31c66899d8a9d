"""`nccodsl calls transfer`: a call goes on with another script."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import (
    API_EXITS,
    SCRIPT,
    Command,
    account_options,
    book_option,
    json_option,
    limit_option,
    option,
    parsed,
    var_options,
)


@click.command("transfer", cls=Command, exits=API_EXITS)
@click.argument("uuid")
@click.argument("file", type=SCRIPT, required=False)
@option("--url", metavar="URL", group="Input", help="Address that returns the NCCO, instead of FILE.")
@var_options
@account_options
@limit_option
@book_option
@json_option
def command() -> int:
    """Continue a call with another script.

    Give FILE, which is compiled, or --url.
    """
    from nccodsl.cli.calls import TransferOptions, transfer

    return transfer(parsed(TransferOptions))
