"""`nccodsl campaign emulate`: a campaign in virtual time."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import DATA, OUTPUT, Command, limit_option, option, parsed
from nccodsl.cli.commands.campaign.check import EXITS
from nccodsl.cli.completion import complete_persona


@click.command("emulate", cls=Command, exits=EXITS)
@click.argument("file", type=DATA, default="campaign.toml")
@option(
    "--persona",
    "personas",
    multiple=True,
    metavar="NAME|FILE",
    shell_complete=complete_persona,
    group="Emulation",
    help="Persona of those who are reached. Can be repeated.",
)
@option("--at", metavar="TIME", group="Emulation", help="Begin then; by default now.")
@option("--seed", type=int, default=0, show_default=True, group="Emulation", help="Repeats who is reached.")
@limit_option
@option(
    "--store",
    metavar="URL",
    group="Input",
    help="Store with the suppressed numbers, as in `serve`: sqlite:PATH or postgresql://…. "
    "Default: SQLite in your state folder.",
)
@option("--why", metavar="NUMBER", group="Output", help="Tell what was decided about this number, too.")
@option(
    "--format",
    "form",
    type=click.Choice(["text", "csv", "json", "html"]),
    default="text",
    show_default=True,
    group="Output",
    help="Format of the report; CSV and JSON list all recipients.",
)
@option(
    "--by",
    type=click.Choice(["outcome", "hour", "zone"]),
    default="outcome",
    show_default=True,
    group="Output",
    help="What calls are counted by.",
)
@option("-o", "--output", type=OUTPUT, default="-", metavar="FILE", group="Output", help="Write to this file.")
def command() -> int:
    """Play a campaign here, in virtual time, and report it.

    FILE is a campaign file; without it, campaign.toml. Rules, retries and limits are the real ones; no phone rings, and
    nothing is stored. How many recipients are reached is what `[forecast]` in the file says.
    """
    from nccodsl.cli.campaign import CampaignEmulateOptions, emulate

    return emulate(parsed(CampaignEmulateOptions))
