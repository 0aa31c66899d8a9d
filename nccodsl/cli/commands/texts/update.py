"""`nccodsl texts update`: from scripts to the files of translators."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import SCRIPTS, Command, parsed, text_languages


@click.command("update", cls=Command)
@click.argument("paths", nargs=-1, type=SCRIPTS, metavar="[FILE…]")
@text_languages
def command() -> int:
    """Write the texts of scripts into .po files.

    Translations are kept. A translation whose text has changed is marked as fuzzy, and one whose text is gone is kept
    as a comment. FILE is a script, or a folder with `*.call` files; without FILE, the current folder.
    """
    from nccodsl.cli.texts import TextsUpdateOptions, update_texts

    return update_texts(parsed(TextsUpdateOptions))
