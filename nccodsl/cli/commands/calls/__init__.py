"""`nccodsl calls`: look at calls, steer those that run, and settle those of which nobody knows how they went."""

from __future__ import annotations

import click

from nccodsl.cli.lazy_group import LazyGroup

COMMANDS = {
    "dtmf": "Send keys to one leg: 0-9, *, # and p, a pause of half a second.",
    "earmuff": "This leg hears nobody any more.",
    "hangup": "End the call.",
    "journal": "Show what was placed from here, and what became of it, newest first.",
    "list": "Show the calls of the last days, newest first.",
    "mute": "Nobody hears this leg any more.",
    "reconcile": "Look up every call of which nobody knows whether it was placed.",
    "settle": "Say what became of a call that `reconcile` cannot settle: it was placed, or it never was.",
    "show": "Show what is known of one call.",
    "stop-stream": "Stop what `calls stream` plays.",
    "stop-talk": "Stop what `calls talk` says.",
    "stream": "Play an audio file to one leg, over what the call does.",
    "talk": "Say a text to one leg, over what the call does.",
    "transfer": "Send the call to another script: FILE is compiled, and takes the place of what the call does.",
    "unearmuff": "This leg hears the others again.",
    "unmute": "This leg is heard again.",
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
    """Look at calls, and steer those that run. UUID is the id of a leg, as `calls list` shows it."""
