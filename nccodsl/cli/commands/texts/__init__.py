"""`nccodsl texts`: the texts of scripts in several languages, as translators get them."""

from __future__ import annotations

import click

from nccodsl.cli.lazy_group import LazyGroup

COMMANDS = {
    "check": "Report what is wrong with translations.",
    "update": "Write the texts of scripts into .po files.",
}
"""Name of a command, and its line in the help: the first paragraph of its own."""


class TextsGroup(LazyGroup):
    """The commands about translations."""

    home = __name__
    lines = COMMANDS


@click.group("texts", cls=TextsGroup)
def command() -> None:
    """Update and check the translations of scripts.

    The translations of a script are in `locale/LANGUAGE.po` beside it.
    """
