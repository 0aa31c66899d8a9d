"""`nccodsl campaign retry`: those whom the API refused are called again."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import BOOK_EXITS, Command, book_option, json_option, option, parsed


@click.command("retry", cls=Command, exits=BOOK_EXITS)
@click.argument("name", required=False)
@option("--all", "everything", is_flag=True, group="Input", help="All campaigns that are not over.")
@book_option
@json_option
def command() -> int:
    """Call those again whom the API refused.

    Retries after a busy line and the like are part of the campaign file.
    """
    from nccodsl.cli.campaign import NamedCampaigns, retry

    return retry(parsed(NamedCampaigns))
