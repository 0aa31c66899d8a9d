"""`nccodsl describe`: a script in plain words."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import SCRIPT, one_standard_input, var_options


@click.command("describe")
@click.argument("file", type=SCRIPT)
@var_options
def command(file: str, pairs: dict[str, object], vars_file: str | None) -> None:
    """Say what the call of the script FILE does, and which values it wants."""
    from nccodsl.cli.click_options import values_from
    from nccodsl.cli.inputs import load_flow
    from nccodsl.cli.output import print_out, show
    from nccodsl.describe.describe import describe
    from nccodsl.errors import RenderError, ScriptError

    one_standard_input(file, vars_file)
    try:
        text = describe(load_flow(file), values_from(pairs, vars_file))
    except (ScriptError, RenderError) as error:
        show(error.diagnostics)
        raise SystemExit(1) from None
    print_out(text.rstrip("\n"))
