"""`nccodsl texts check`: what is wrong with translations."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import SCRIPTS, Command, format_options, parsed, text_languages


@click.command("check", cls=Command)
@click.argument("paths", nargs=-1, type=SCRIPTS, metavar="[FILE…]")
@text_languages
@format_options
def command() -> int:
    """Report what is wrong with translations.

    FILE is a script, or a folder with `*.call` files; without FILE, the current folder.
    """
    from nccodsl.cli.texts import TextsCheckOptions, check_texts

    return check_texts(parsed(TextsCheckOptions))
