"""`nccodsl simulate`: a phone in the terminal."""

from __future__ import annotations

import click

from nccodsl.cli.options import OUTPUT, SCRIPT, var_options


@click.command("simulate")
@click.argument("file", type=SCRIPT)
@var_options
@click.option(
    "--persona", "personas", multiple=True, metavar="NAME|FILE", help="Who is at the phone; nothing is asked."
)
@click.option(
    "--reply", "replies", multiple=True, metavar="URL=JSON", help="What a fetch brings: JSON, a file, or error."
)
@click.option("--transcript", type=OUTPUT, metavar="FILE", help="Write the whole conversation; .json writes JSON.")
def command(
    file: str,
    pairs: dict[str, object],
    vars_file: str | None,
    personas: tuple[str, ...],
    replies: tuple[str, ...],
    transcript: str | None,
) -> None:
    """Be at the phone while the script FILE runs: press keys, speak, wait, hang up. No network, and no waiting.

    Exit codes: 0 the call came to its end, 1 the script is wrong or the flow broke off, 2 wrong usage.
    """
    from nccodsl.cli.options import load_flow, one_standard_input, values_from
    from nccodsl.cli.output import show
    from nccodsl.cli.simulating import simulate
    from nccodsl.errors import RenderError, ScriptError

    one_standard_input(file, vars_file)
    if file == "-" and not personas:
        raise click.UsageError("standard input is the phone: the script must be a file, or give --persona.")
    try:
        flow = load_flow(file)
        values = values_from(pairs, vars_file)
        raise SystemExit(simulate(flow, values, personas=personas, replies=replies, transcript=transcript))
    except (ScriptError, RenderError) as error:
        show(error.diagnostics)
        raise SystemExit(1) from None
