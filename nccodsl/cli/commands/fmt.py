"""`nccodsl fmt`: every script in its one layout."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import ANYTHING, Command, parsed


@click.command("fmt", cls=Command)
@click.argument("paths", nargs=-1, required=True, type=ANYTHING, metavar="FILE…")
@click.option("--check", "checking", is_flag=True, help="Write nothing; leave with 1 if a file would change.")
@click.option("--diff", "showing", is_flag=True, help="Write nothing; print what would change.")
@click.option(
    "--width",
    type=click.IntRange(min=1),
    metavar="N",
    default=100,
    show_default=True,
    help="Longest line; strings, expressions and comments behind a line may be longer.",
)
def command() -> int:
    """Format scripts in place; of a folder, all `*.call` files in it and below. `-` prints the formatted text.

    Only the layout changes: each result is parsed again, and a file whose meaning would change is left alone. Exit
    codes: 0 fine, 1 a script is wrong (or, with --check, would change), 70 a mistake of nccodsl.
    """
    from nccodsl.cli.fmt import FmtOptions, format_files

    return format_files(parsed(FmtOptions))
