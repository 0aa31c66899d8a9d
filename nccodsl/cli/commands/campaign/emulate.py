"""`nccodsl campaign emulate`: a campaign in virtual time."""

from __future__ import annotations

import click

from nccodsl.cli.campaign_click_options import report_options, suppressed_store_option
from nccodsl.cli.click_options import DATA, Command, limit_option, option, parsed
from nccodsl.cli.commands.campaign.check import EXITS
from nccodsl.cli.emulation_click_options import persona_option


@click.command("emulate", cls=Command, exits=EXITS)
@click.argument("file", type=DATA, default="campaign.toml")
@persona_option("Persona of those who are reached.")
@option("--at", metavar="TIME", group="Emulation", help="Begin then; by default now.")
@option("--seed", type=int, default=0, show_default=True, group="Emulation", help="Repeats who is reached.")
@limit_option
@suppressed_store_option
@option("--why", metavar="NUMBER", group="Output", help="Tell what was decided about this number, too.")
@report_options()
def command() -> int:
    """Play a campaign here, in virtual time, and report it.

    FILE is a campaign file; without it, campaign.toml. Rules, retries and limits are the real ones; no phone rings, and
    nothing is stored. How many recipients are reached is what `[forecast]` in the file says.
    """
    from nccodsl.cli.campaign import CampaignEmulateOptions, emulate

    return emulate(parsed(CampaignEmulateOptions))
