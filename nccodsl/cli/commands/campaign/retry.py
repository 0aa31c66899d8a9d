"""`nccodsl campaign retry`: those whom the API refused are called again."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, json_option, parsed


@click.command(
    "retry", cls=Command, exits={0: "success", 1: "the book cannot be used", 2: "wrong usage, or no such campaign"}
)
@click.argument("name")
@json_option
def command() -> int:
    """Call those again whom the API refused.

    Retries after a busy line and the like are part of the campaign file.
    """
    from nccodsl.cli.campaign_control import NamedCampaign, retry

    return retry(parsed(NamedCampaign))
