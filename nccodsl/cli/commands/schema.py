"""`nccodsl schema`: JSON Schemas for editors and other tools."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import SCRIPT, Command, api_option, parsed


@click.command("schema", cls=Command)
@click.argument("what", type=click.Choice(["ncco", "call", "params", "settings"]), default="ncco")
@click.argument("file", type=SCRIPT, required=False)
@api_option("v2", "The version of the create request, for `call`.")
def command() -> int:
    """Print the JSON Schema of an NCCO, a call body, a script's params (params FILE), or nccodsl.toml (settings)."""
    from nccodsl.cli.schema import SchemaOptions, print_schema

    return print_schema(parsed(SchemaOptions))
