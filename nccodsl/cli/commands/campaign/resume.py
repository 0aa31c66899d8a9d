"""`nccodsl campaign resume`: a paused campaign goes on."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import BOOK_EXITS, Command, book_option, json_option, option, parsed


@click.command("resume", cls=Command, exits=BOOK_EXITS)
@click.argument("name", required=False)
@option("--all", "everything", is_flag=True, group="Input", help="All campaigns that are not over.")
@book_option
@json_option
def command() -> int:
    """Let a paused campaign go on."""
    from nccodsl.cli.campaign import NamedCampaigns, resume

    return resume(parsed(NamedCampaigns))
