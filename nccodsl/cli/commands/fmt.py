"""`nccodsl fmt`: every script in its one layout."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import EXITS, SCRIPTS, Command, parsed


@click.command(
    "fmt",
    cls=Command,
    exits={**EXITS, 1: "errors in a script, or with --check a file would change", 70: "internal error"},
)
@click.argument("paths", nargs=-1, type=SCRIPTS, metavar="[FILE…]")
@click.option("--check", "checking", is_flag=True, help="Change no file; exit with 1 if one would change.")
@click.option("--diff", "showing", is_flag=True, help="Change no file; print what would change.")
@click.option(
    "--width",
    type=click.IntRange(min=1),
    metavar="N",
    default=100,
    show_default=True,
    help="Longest line. Strings, expressions and comments are not broken.",
)
def command() -> int:
    """Format scripts.

    FILE is a script, a folder with `*.call` files, or `-` for standard input; without FILE, the current folder. Files
    are changed in place; `-` prints the formatted script. Only the layout changes, never the meaning.
    """
    from nccodsl.cli.fmt import FmtOptions, format_files

    return format_files(parsed(FmtOptions))
