"""`nccodsl check`: every problem in scripts, and the fixes."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import SCRIPTS, Command, api_option, format_options, parsed


@click.command("check", cls=Command)
@click.argument("paths", nargs=-1, type=SCRIPTS, metavar="[FILE…]")
@api_option("v2", "API version that the call block is for.")
@format_options
@click.option("--watch", is_flag=True, help="Check again whenever a file changes, until Ctrl-C.")
@click.option("--fix", is_flag=True, help="Apply the safe fixes. With `-`, print the fixed script.")
@click.option("--unsafe-fixes", is_flag=True, help='Apply all fixes, guesses such as "did you mean" too.')
def command() -> int:
    """Report errors and warnings in scripts, and fix them.

    FILE is a script, a folder with `*.call` files, or `-` for standard input; without FILE, the current folder.
    """
    from nccodsl.cli.check import CheckOptions, check_scripts

    return check_scripts(parsed(CheckOptions))
