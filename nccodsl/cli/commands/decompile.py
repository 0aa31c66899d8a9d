"""`nccodsl decompile`: JSON becomes a script."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import DATA, EXITS, OUTPUT, Command, api_option, parsed


@click.command("decompile", cls=Command, exits={**EXITS, 1: "errors in a document", 70: "internal error"})
@click.argument("file", type=DATA)
@click.option("--params", is_flag=True, help="Turn placeholders, and values that differ between lines, into params.")
@click.option(
    "--rows",
    type=OUTPUT,
    metavar="FILE",
    help="With --params: write the values of each line as JSON lines, for `compile --rows`.",
)
@click.option("--lenient", is_flag=True, help="Keep invalid parts as `raw` instead of failing.")
@api_option(None, "Check call bodies against this API version only.")
@click.option(
    "-o",
    "--output",
    type=click.Path(writable=False, allow_dash=True),
    metavar="FILE",
    help="Write to this file or folder instead of standard output.",
)
def command() -> int:
    """Convert NCCO JSON or a call body to a script.

    A .jsonl file, with one document per line, becomes one script, or one script per line if --output is a folder.
    """
    from nccodsl.cli.decompile import DecompileOptions, write_scripts

    return write_scripts(parsed(DecompileOptions))
