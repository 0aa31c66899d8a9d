"""`nccodsl validate`: the same judgement for JSON that somebody else wrote."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import SCRIPT, Command, api_option, format_options, parsed


@click.command("validate", cls=Command)
@click.argument("paths", nargs=-1, required=True, type=SCRIPT, metavar="FILE…")
@api_option(None, "Judge call bodies by one version of the API; else what either takes is fine.")
@format_options
def command() -> int:
    """Judge NCCOs and call bodies in JSON files; in .jsonl and .ndjson files, one a line."""
    from nccodsl.cli.validate import ValidateOptions, validate_files

    return validate_files(parsed(ValidateOptions))
