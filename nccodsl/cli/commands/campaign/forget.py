"""`nccodsl campaign forget`: what is kept of a person is removed."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import BOOK_EXITS, Command, book_option, json_option, parsed


@click.command(
    "forget", cls=Command, exits={**BOOK_EXITS, 1: "a call to the number may still run, or no campaign keeps it"}
)
@click.argument("number")
@book_option
@json_option
def command() -> int:
    """Remove a number and its values from all campaigns.

    What was decided stays in the ledger, which holds no values. The number is called no more by these campaigns;
    `nccodsl suppress add` keeps others from calling it.
    """
    from nccodsl.cli.campaign import ForgetOptions, forget

    return forget(parsed(ForgetOptions))
