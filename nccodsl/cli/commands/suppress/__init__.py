"""`nccodsl suppress`: the numbers that are not to be called again."""

from __future__ import annotations

import click

from nccodsl.cli.lazy_group import LazyGroup

COMMANDS = {
    "add": "Suppress numbers.",
    "export": "Print the suppressed numbers as CSV.",
    "import": "Suppress the numbers of a CSV or JSON Lines file.",
    "list": "List suppressed numbers.",
    "remove": "Suppress numbers no more.",
}
"""Name of a command, and its line in the help: the first paragraph of its own."""


class SuppressGroup(LazyGroup):
    """The commands about suppressed numbers."""

    home = __name__
    lines = COMMANDS


@click.group("suppress", cls=SuppressGroup)
def command() -> None:
    """List, add and remove numbers that opted out.

    A script suppresses a number with `opt_out`.
    """
