"""`nccodsl campaign`: one script, many recipients."""

from __future__ import annotations

import click

from nccodsl.cli.lazy_group import LazyGroup

COMMANDS = {
    "check": "Report who would be called, and who is skipped and why.",
    "init": "Write a campaign file for a script.",
}
"""Name of a command, and its line in the help: the first paragraph of its own."""


class CampaignGroup(LazyGroup):
    """The commands about campaigns."""

    home = __name__
    lines = COMMANDS


@click.group("campaign", cls=CampaignGroup)
def command() -> None:
    """Prepare calls to many recipients.

    A campaign file names a script, its recipients, and the rules for calling them.
    """
