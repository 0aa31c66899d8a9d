"""`nccodsl campaign verify`: whether a ledger was changed."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, json_option, option, parsed


@click.command(
    "verify",
    cls=Command,
    exits={0: "each decision is as it was written", 1: "the ledger was changed", 2: "wrong usage, or no such campaign"},
)
@click.argument("name")
@option("--head", metavar="HASH", group="Input", help="Hash of a decision that you kept: it must be there.")
@json_option
def command() -> int:
    """Check that no decision was changed, moved or removed.

    Without --head, a ledger that was written anew as a whole, or cut at its end, is not found out.
    """
    from nccodsl.cli.campaign_audit import VerifyOptions, verify_ledger

    return verify_ledger(parsed(VerifyOptions))
