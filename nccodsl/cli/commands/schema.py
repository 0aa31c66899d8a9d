"""`nccodsl schema`: JSON Schemas for editors and other tools."""

from __future__ import annotations

from typing import Any

import click

from nccodsl.cli.click_options import SCRIPT, api_option


@click.command("schema")
@click.argument("what", type=click.Choice(["ncco", "call", "params"]), default="ncco")
@click.argument("file", type=SCRIPT, required=False)
@api_option("v2", "The version of the create request, for `call`.")
def command(what: str, file: str | None, api: str) -> None:
    """Print the JSON Schema of an NCCO, of a call body, or (params FILE) of the values that a script wants."""
    import json

    from nccodsl.cli.output import write_whole

    if (what == "params") != (file is not None):
        raise click.UsageError("params wants the FILE of a script." if file is None else f"{what} takes no FILE.")
    schema = _of_script(file) if file is not None else _of_api(what, api)
    write_whole(None, json.dumps(schema, indent=2, ensure_ascii=False).encode() + b"\n")


def _of_api(what: str, api: str) -> dict[str, Any]:
    from nccodsl.voice.json_schema import call_schema, ncco_schema

    return ncco_schema() if what == "ncco" else call_schema(api)


def _of_script(file: str) -> dict[str, Any]:
    from nccodsl.cli.inputs import load_flow
    from nccodsl.cli.output import show
    from nccodsl.describe.paramschema import params_schema
    from nccodsl.errors import ScriptError

    try:
        return params_schema(load_flow(file))
    except ScriptError as error:
        show(error.diagnostics)
        raise SystemExit(1) from None
