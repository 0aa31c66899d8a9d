"""`nccodsl validate`: the same judgement for JSON that somebody else wrote."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import SCRIPT, api_option, format_options, one_standard_input


@click.command("validate")
@click.argument("paths", nargs=-1, required=True, type=SCRIPT, metavar="FILE…")
@api_option(None, "Judge call bodies by one version of the API; else what either takes is fine.")
@format_options
def command(paths: tuple[str, ...], api: str | None, form: str, strict: bool) -> None:
    """Judge NCCOs and call bodies in JSON files; in .jsonl and .ndjson files, one a line."""
    from nccodsl.cli.inputs import read_input
    from nccodsl.cli.report import report
    from nccodsl.diagnostics import Diagnostic
    from nccodsl.documents.validate import validate_text
    from nccodsl.errors import ScriptError

    one_standard_input(*paths)
    found: list[Diagnostic] = []
    for path in paths:
        try:
            text, name = read_input(path)
        except ScriptError as error:
            found.extend(error.diagnostics)
        else:
            found.extend(validate_text(name, text, api))
    report(found, form, strict=strict, files=len(paths))
