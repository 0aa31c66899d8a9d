"""`nccodsl compile`: a script becomes JSON, once or for every row of a table."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import (
    DATA,
    EXITS,
    OUTPUT,
    SCRIPT,
    Command,
    api_option,
    at_option,
    option,
    parsed,
    pseudo_option,
    var_options,
)


@click.command("compile", cls=Command, exits={**EXITS, 1: "errors in a script or in a row"})
@click.argument("file", type=SCRIPT)
@var_options
@at_option
@pseudo_option
@option("--rows", type=DATA, metavar="FILE", group="Input", help="Compile once for each row of a .csv or .jsonl file.")
@option("--call", "whole", is_flag=True, group="Call", help="Print the whole call body, not only the NCCO.")
@api_option("v2", "API version of the call body.")
@option("--base-url", metavar="URL", group="Network", help="Address of the webhook server of an interactive script.")
@option("--compact", is_flag=True, group="Output", help="Print JSON on one line.")
@option("--errors", type=OUTPUT, metavar="FILE", group="Output", help="With --rows: write failed rows as JSON lines.")
@option(
    "--all",
    "everything",
    is_flag=True,
    group="Output",
    help="With --base-url and -o FOLDER: write every NCCO that does not depend on the call.",
)
@option(
    "-o",
    "--output",
    type=click.Path(),
    metavar="FILE",
    group="Output",
    help="Write to this file instead of standard output.",
)
@option("--no-cache", "uncached", is_flag=True, group="Output", help="Compile even if nothing has changed.")
def command() -> int:
    """Compile a script to NCCO JSON or a call body.

    An interactive script needs --base-url, and compiles to its first NCCO.
    """
    from nccodsl.cli.compile import CompileOptions, compile_as_asked

    return compile_as_asked(parsed(CompileOptions))
