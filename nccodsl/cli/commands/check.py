"""`nccodsl check`: every finding about scripts, and the fixing of what can be fixed safely."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import ANYTHING, Command, format_options, parsed


@click.command("check", cls=Command)
@click.argument("paths", nargs=-1, required=True, type=ANYTHING, metavar="FILE…")
@format_options
@click.option("--fix", is_flag=True, help="Mend what can be mended safely. With `-` the mended text is printed.")
def command() -> int:
    """Check scripts. Of a folder, all `*.call` files in it and below."""
    from nccodsl.cli.check import CheckOptions, check_scripts

    return check_scripts(parsed(CheckOptions))
