"""`nccodsl campaign verify`: whether a ledger was changed."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import BOOK_EXITS, Command, book_option, json_option, option, parsed


@click.command(
    "verify",
    cls=Command,
    exits={**BOOK_EXITS, 0: "each decision is as it was written", 1: "the ledger was changed"},
)
@click.argument("name")
@option("--head", metavar="HASH", group="Input", help="Hash of a decision that you kept: it must be there.")
@book_option
@json_option
def command() -> int:
    """Check that no decision was changed, moved or removed.

    Without --head, a ledger that was written anew as a whole, or cut at its end, is not found out.
    """
    from nccodsl.cli.campaign import LedgerVerifyOptions, verify

    return verify(parsed(LedgerVerifyOptions))
