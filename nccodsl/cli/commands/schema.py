"""`nccodsl schema`: JSON Schemas for editors and other tools."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import SCRIPT, Command, api_option, parsed


@click.command("schema", cls=Command)
@click.argument("what", type=click.Choice(["ncco", "call", "params"]), default="ncco")
@click.argument("file", type=SCRIPT, required=False)
@api_option("v2", "The version of the create request, for `call`.")
def command() -> int:
    """Print the JSON Schema of an NCCO, of a call body, or (params FILE) of the values that a script wants."""
    from nccodsl.cli.schema import SchemaOptions, print_schema

    return print_schema(parsed(SchemaOptions))
