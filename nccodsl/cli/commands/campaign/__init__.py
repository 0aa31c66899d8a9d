"""`nccodsl campaign`: one script, many recipients."""

from __future__ import annotations

import click

from nccodsl.cli.lazy_group import LazyGroup

COMMANDS = {
    "check": "Report who would be called, and who is skipped and why.",
    "emulate": "Play a campaign here, in virtual time, and report it.",
    "forecast": "Report when it would end, and how many calls it would take.",
    "forget": "Remove a number and its values from all campaigns.",
    "init": "Write a campaign file for a script.",
    "list": "List campaigns, and how many recipients are in which state.",
    "pause": "Pause a campaign: no one new is called.",
    "replay": "Make all decisions again, from what each had seen, and compare them.",
    "report": "Report what became of a campaign.",
    "resume": "Let a paused campaign go on.",
    "retry": "Call those again whom the API refused.",
    "start": "Start a campaign: its recipients may be called.",
    "stop": "End a campaign for good.",
    "verify": "Check that no decision was changed, moved or removed.",
    "watch": "Watch campaigns until they are over.",
    "why": "Tell what was decided about a number, when, and by which rule.",
    "work": "Place the calls of campaigns, and follow them until they end.",
}
"""Name of a command, and its line in the help: the first paragraph of its own."""


class CampaignGroup(LazyGroup):
    """The commands about campaigns."""

    home = __name__
    lines = COMMANDS


@click.group("campaign", cls=CampaignGroup)
def command() -> None:
    """Call many recipients with one script, each at most once at a time.

    A campaign file names a script, its recipients, and the rules for calling them.
    """
