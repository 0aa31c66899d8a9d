"""`nccodsl validate`: checks JSON as `check` checks scripts."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import DATA, EXITS, Command, api_option, format_options, parsed


@click.command("validate", cls=Command, exits={**EXITS, 1: "errors in a document"})
@click.argument("paths", nargs=-1, required=True, type=DATA, metavar="FILE…")
@api_option(None, "Check call bodies against this API version only.")
@format_options
def command() -> int:
    """Check NCCOs and call bodies in JSON.

    A .jsonl or .ndjson file holds one document per line.
    """
    from nccodsl.cli.validate import ValidateOptions, validate_files

    return validate_files(parsed(ValidateOptions))
