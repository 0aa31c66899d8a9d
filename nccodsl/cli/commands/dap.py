"""`nccodsl dap`: debug the call of a script in an editor."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, option, parsed


@click.command("dap", cls=Command, exits={0: "the client has disconnected", 2: "wrong usage, or no frames of DAP"})
@option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    help="Serve clients on this port of 127.0.0.1, one after the other; 0 picks a free one.",
)
def command() -> int:
    """Debug the call of a script in an editor.

    It speaks the Debug Adapter Protocol (DAP) on standard input and output. Your editor starts it: breakpoints, steps
    forward and back, variables, and a console in which you are the person on the phone.
    """
    from nccodsl.cli.dap import DapOptions, dap

    return dap(parsed(DapOptions))
