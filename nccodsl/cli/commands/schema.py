"""`nccodsl schema`: JSON Schemas for editors and other tools."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import SCRIPT, Command, api_option, parsed


@click.command("schema", cls=Command)
@click.argument("what", type=click.Choice(["ncco", "call", "params", "settings", "campaign"]), default="ncco")
@click.argument("file", type=SCRIPT, required=False)
@api_option("v2", "API version of the call body.")
def command() -> int:
    """Print a JSON Schema: NCCOs, call bodies, params, settings or campaigns.

    `params` needs FILE, a script. `settings` is the schema of nccodsl.toml, `campaign` that of campaign files.
    """
    from nccodsl.cli.schema import SchemaOptions, print_schema

    return print_schema(parsed(SchemaOptions))
