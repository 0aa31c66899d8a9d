"""`nccodsl calls`: list, inspect and control calls, and settle those whose outcome is unknown."""

from __future__ import annotations

import click

from nccodsl.cli.lazy_group import LazyGroup

COMMANDS = {
    "dtmf": "Send keys to one leg.",
    "earmuff": "Stop one leg from hearing the others.",
    "hangup": "End a call.",
    "journal": "List calls placed from this machine.",
    "list": "List recent calls, newest first.",
    "mute": "Stop the others from hearing one leg.",
    "reconcile": "Look up calls that may or may not have been placed.",
    "settle": "Record by hand whether a call was placed.",
    "show": "Show one call.",
    "stop-stream": "Stop the audio of `calls stream`.",
    "stop-talk": "Stop the speech of `calls talk`.",
    "stream": "Play an audio file to one leg.",
    "talk": "Speak a text to one leg.",
    "transfer": "Continue a call with another script.",
    "unearmuff": "Let one leg hear the others again.",
    "unmute": "Let the others hear one leg again.",
}
"""Name of a command, and its line in the help: the first paragraph of its own."""


class Calls(LazyGroup):
    """The commands about calls."""

    home = __name__
    lines = COMMANDS

    def fitted(self, line: str, room: int) -> str:
        """As click shortens it: on one line."""
        return click.Command(None, help=line).get_short_help_str(room)


@click.group("calls", cls=Calls)
def command() -> None:
    """List, inspect and control calls.

    UUID is the ID of a leg, as `calls list` shows it.
    """
