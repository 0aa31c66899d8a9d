"""`nccodsl schema`: the JSON Schema of what the API takes, of what a script wants, or of our files."""

from __future__ import annotations

import json

import click

from nccodsl.base.record import Record
from nccodsl.cli.inputs import load_flow
from nccodsl.cli.output import script_errors, write_whole


class SchemaOptions(Record):
    """What the command line asks for: `what` is the kind of schema, `file` a script for `params`."""

    what: str
    file: str | None
    api: str


def print_schema(wanted: SchemaOptions) -> int:
    """Print a JSON Schema; the exit code."""
    if (wanted.what == "params") != (wanted.file is not None):
        which = "`params` needs FILE, a script." if wanted.file is None else f"`{wanted.what}` takes no FILE."
        raise click.UsageError(which)
    schema = _of_script(wanted.file) if wanted.file is not None else _schema(wanted.what, wanted.api)
    write_whole(None, json.dumps(schema, indent=2, ensure_ascii=False).encode() + b"\n")
    return 0


def _schema(what: str, api: str) -> dict[str, object]:
    if what == "settings":
        from nccodsl.client.settings_schema import settings_schema

        return settings_schema()
    if what == "campaign":
        from nccodsl.campaign.plan_schema import campaign_schema

        return campaign_schema()
    from nccodsl.voice.json_schema import call_schema, ncco_schema

    return ncco_schema() if what == "ncco" else call_schema(api)


def _of_script(file: str) -> dict[str, object]:
    from nccodsl.describe.paramschema import params_schema

    with script_errors():
        return params_schema(load_flow(file))
