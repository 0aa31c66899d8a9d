"""`nccodsl compile`: a script becomes JSON, once or for every row of a table."""

from __future__ import annotations

import os
from functools import partial

import click

from nccodsl.cli.click_options import OUTPUT, SCRIPT, api_option, one_standard_input, var_options


@click.command("compile")
@click.argument("file", type=SCRIPT)
@click.option("--call", "whole", is_flag=True, help="The whole body of the create request, not the NCCO alone.")
@api_option("v2", "The version of the create request that --call is for; v2 is the default.")
@var_options
@click.option("--compact", is_flag=True, help="JSON on one line.")
@click.option("--rows", type=SCRIPT, metavar="FILE", help="One document a line, for each row of a .csv or .jsonl file.")
@click.option("--errors", type=OUTPUT, metavar="FILE", help="With --rows: the rows that failed, as JSON lines.")
@click.option(
    "--base-url",
    metavar="URL",
    help="The address of the server of the flow, as for `serve`: it stands in the first NCCO.",
)
@click.option("--all", "everything", is_flag=True, help="With --base-url and -o FOLDER: every NCCO that is constant.")
@click.option("-o", "--output", type=click.Path(), metavar="FILE", help="Write to a file, whole or not at all.")
def command(
    file: str,
    whole: bool,
    api: str,
    pairs: dict[str, object],
    vars_file: str | None,
    compact: bool,
    rows: str | None,
    errors: str | None,
    base_url: str | None,
    everything: bool,
    output: str | None,
) -> None:
    """Compile the script FILE to an NCCO, or with --call to the body of POST /v2/calls.

    Of a script that chooses while the call runs, --base-url writes the first NCCO.
    """
    from nccodsl.cli.click_options import values_from
    from nccodsl.cli.inputs import load_flow
    from nccodsl.cli.output import same_file, show, write_whole
    from nccodsl.errors import RenderError, ScriptError

    one_standard_input(file, rows, vars_file)
    if everything and (base_url is None or output is None or rows is not None or whole):
        raise click.UsageError("--all goes with --base-url and -o FOLDER, and writes NCCOs alone.")
    if output is not None and not everything and os.path.isdir(output):  # noqa: PTH112
        raise click.BadParameter(f"{output} is a folder", param_hint="'--output'")
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
        render = partial(flow.render_json, call=whole, api=api)
        if base_url is not None:
            from nccodsl.cli.base_url import runnable, write_all
            from nccodsl.runtime import first_ncco

            script = runnable(flow, file, base_url)
            if everything:
                assert output is not None
                raise SystemExit(write_all(script, values, output))
            render = partial(first_ncco.render, script, call=whole, api=api)
        if rows is not None:
            from nccodsl.cli.compile_rows import compile_table

            judge = base_url is None
            failed = compile_table(
                flow, rows, values, whole=whole, api=api, errors=errors, output=output, render=render, judge=judge
            )
            raise SystemExit(1 if failed else 0)
        data = render(values)
    except (ScriptError, RenderError) as error:
        show(error.diagnostics)
        raise SystemExit(1) from None
    show([*flow.warnings, *(flow.call_warnings(api) if whole else ())])
    write_whole(output, (data if compact else _pretty(data)) + b"\n")


def _pretty(data: bytes) -> bytes:
    import json

    return json.dumps(json.loads(data), indent=2, ensure_ascii=False).encode()
