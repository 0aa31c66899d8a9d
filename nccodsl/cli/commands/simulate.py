"""`nccodsl simulate`: a phone in the terminal."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import OUTPUT, SCRIPT, one_standard_input, var_options


@click.command("simulate")
@click.argument("file", type=SCRIPT)
@var_options
@click.option(
    "--persona", "personas", multiple=True, metavar="NAME|FILE", help="Who holds the phone, or picks up, instead."
)
@click.option("--reply", "replies", multiple=True, metavar="URL=REPLY", help="What a fetch gets; see below.")
@click.option("--transcript", type=OUTPUT, metavar="FILE", help="Write the conversation: text, or JSON to a .json.")
def command(
    file: str,
    pairs: dict[str, object],
    vars_file: str | None,
    personas: tuple[str, ...],
    replies: tuple[str, ...],
    transcript: str | None,
) -> None:
    """Hold the phone of the call that the script FILE describes: hear it, press keys, speak, hang up.

    No network, no account, no waiting. You are who is called, or without a `call` block who calls in. The call asks
    for a line when it waits for you; `help` tells what a line may be. Where standard input is no terminal, lines are
    read from it, and the rest is silence.

    REPLY is JSON, a file of it, or `error`; `*` in URL stands for anything. A persona without `for` plays everybody.

    Exit codes: 0 the call came to its end, 1 the script is wrong or failed, 2 wrong usage.
    """
    from nccodsl.cli.click_options import values_from
    from nccodsl.cli.inputs import load_flow
    from nccodsl.cli.output import same_file, show
    from nccodsl.errors import RenderError, ScriptError

    one_standard_input(file, vars_file)
    if same_file(transcript, file):
        raise click.UsageError(f"{file} is read; it cannot be written at the same time.")
    try:
        flow = load_flow(file)
        values = values_from(pairs, vars_file)
        from nccodsl.cli.show_error import coded
        from nccodsl.cli.simulate import simulate
        from nccodsl.emulator.bad_input import EmulatorError

        try:
            code = simulate(flow, values, personas=personas, replies=replies, transcript=transcript)
        except EmulatorError as error:
            show([coded(error)])
            raise SystemExit(2) from None
    except (ScriptError, RenderError) as error:
        show(error.diagnostics)
        raise SystemExit(1) from None
    raise SystemExit(code)
