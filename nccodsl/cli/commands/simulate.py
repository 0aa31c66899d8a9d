"""`nccodsl simulate`: a phone in the terminal."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import OUTPUT, SCRIPT, Command, parsed, var_options


@click.command("simulate", cls=Command)
@click.argument("file", type=SCRIPT)
@var_options
@click.option(
    "--persona", "personas", multiple=True, metavar="NAME|FILE", help="Who holds the phone, or picks up, instead."
)
@click.option("--reply", "replies", multiple=True, metavar="URL=REPLY", help="What a fetch gets; see below.")
@click.option("--transcript", type=OUTPUT, metavar="FILE", help="Write the conversation: text, or JSON to a .json.")
def command() -> int:
    """Hold the phone of the call that the script FILE describes: hear it, press keys, speak, hang up.

    No network, no account, no waiting. You are who is called, or without a `call` block who calls in. The call asks
    for a line when it waits for you; `help` tells what a line may be. Where standard input is no terminal, lines are
    read from it, and the rest is silence.

    REPLY is JSON, a file of it, or `error`; `*` in URL stands for anything. A persona without `for` plays everybody.

    Exit codes: 0 the call came to its end, 1 the script is wrong or failed, 2 wrong usage.
    """
    from nccodsl.cli.simulate import SimulateOptions, simulate

    return simulate(parsed(SimulateOptions))
