"""`nccodsl decompile`: JSON that somebody has becomes a script."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import OUTPUT, SCRIPT, Command, api_option, parsed


@click.command("decompile", cls=Command)
@click.argument("file", type=SCRIPT)
@click.option("--params", is_flag=True, help="Make parameters of placeholders, and of what varies between lines.")
@click.option("--rows", type=OUTPUT, metavar="FILE", help="With --params: each line's values, for compile --rows.")
@click.option("--lenient", is_flag=True, help="Keep what is wrong with `raw` instead of refusing it.")
@api_option(None, "Judge call bodies by one version of the API; else what either takes is fine.")
@click.option(
    "-o", "--output", type=click.Path(writable=False, allow_dash=True), metavar="FILE", help="A file, or a folder."
)
def command() -> int:
    """Write the script that compiles to the NCCO or call body in FILE.

    Where each line is a document (JSON Lines), they become one script, or a script each if OUTPUT is a folder.
    """
    from nccodsl.cli.decompile import DecompileOptions, write_scripts

    return write_scripts(parsed(DecompileOptions))
