"""`nccodsl compile`: a script becomes JSON, once or for every row of a table."""

from __future__ import annotations

import click

from nccodsl.cli.options import OUTPUT, SCRIPT, api_option, one_standard_input, var_options


@click.command("compile")
@click.argument("file", type=SCRIPT)
@click.option("--call", "whole", is_flag=True, help="The whole body of the create request, not the NCCO alone.")
@api_option("v2", "The version of the create request that --call is for; v2 is the default.")
@var_options
@click.option("--compact", is_flag=True, help="JSON on one line.")
@click.option("--rows", type=SCRIPT, metavar="FILE", help="One document a line, for each row of a .csv or .jsonl file.")
@click.option("--errors", type=OUTPUT, metavar="FILE", help="With --rows: the rows that failed, as JSON lines.")
@click.option("-o", "--output", type=OUTPUT, metavar="FILE", help="Write to a file, whole or not at all.")
def command(
    file: str,
    whole: bool,
    api: str,
    pairs: dict[str, object],
    vars_file: str | None,
    compact: bool,
    rows: str | None,
    errors: str | None,
    output: str | None,
) -> None:
    """Compile the script FILE to an NCCO, or with --call to the body of POST /v2/calls."""
    from nccodsl.cli.options import load_flow, values_from
    from nccodsl.cli.output import same_file, show, write_whole
    from nccodsl.errors import RenderError, ScriptError

    one_standard_input(file, rows, vars_file)
    for given in (file, rows, vars_file):
        if same_file(output, given) or same_file(errors, given):
            raise click.UsageError(f"{given} is read; it cannot be written at the same time.")
    if errors is not None and rows is None:
        raise click.UsageError("--errors is for --rows.")
    if errors == "-":
        raise click.UsageError("--errors wants a file; failed rows are told on standard error anyway.")
    if same_file(output, errors):
        raise click.UsageError("--output and --errors name the same file.")
    try:
        flow = load_flow(file)
        values = values_from(pairs, vars_file)
        if rows is not None:
            from nccodsl.cli.table import compile_table

            failed = compile_table(flow, rows, values, whole=whole, api=api, errors=errors, output=output)
            raise SystemExit(1 if failed else 0)
        data = flow.render_json(values, call=whole, api=api)
    except (ScriptError, RenderError) as error:
        show(error.diagnostics)
        raise SystemExit(1) from None
    show([*flow.warnings, *(flow.call_warnings(api) if whole else ())])
    write_whole(output, (data if compact else _pretty(data)) + b"\n")


def _pretty(data: bytes) -> bytes:
    import json

    return json.dumps(json.loads(data), indent=2, ensure_ascii=False).encode()
