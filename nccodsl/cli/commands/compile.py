"""`nccodsl compile`: a script becomes JSON, once or for every row of a table."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import OUTPUT, SCRIPT, Command, api_option, parsed, var_options


@click.command("compile", cls=Command)
@click.argument("file", type=SCRIPT)
@click.option("--call", "whole", is_flag=True, help="The whole body of the create request, not the NCCO alone.")
@api_option("v2", "The version of the create request that --call is for; v2 is the default.")
@var_options
@click.option("--compact", is_flag=True, help="JSON on one line.")
@click.option("--rows", type=SCRIPT, metavar="FILE", help="One document a line, for each row of a .csv or .jsonl file.")
@click.option("--errors", type=OUTPUT, metavar="FILE", help="With --rows: the rows that failed, as JSON lines.")
@click.option(
    "--base-url",
    metavar="URL",
    help="The address of the server of the flow, as for `serve`: it stands in the first NCCO.",
)
@click.option("--all", "everything", is_flag=True, help="With --base-url and -o FOLDER: every NCCO that is constant.")
@click.option("-o", "--output", type=click.Path(), metavar="FILE", help="Write to a file, whole or not at all.")
def command() -> int:
    """Compile the script FILE to an NCCO, or with --call to the body of POST /v2/calls.

    Of a script that chooses while the call runs, --base-url writes the first NCCO.
    """
    from nccodsl.cli.compile import CompileOptions, compile_script

    return compile_script(parsed(CompileOptions))
