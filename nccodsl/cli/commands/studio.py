"""`nccodsl studio`: scripts in the browser, with a phone, a graph and tests."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, option, parsed


@click.command("studio", cls=Command, exits={0: "it was stopped", 2: "wrong usage, or it cannot listen"})
@click.argument("place", metavar="[FOLDER|FILE]", default=".")
@option(
    "--port",
    type=click.IntRange(0, 65535),
    default=4791,
    show_default=True,
    metavar="PORT",
    help="Listen on this port of 127.0.0.1; 0 picks a free one.",
)
@option(
    "--attach",
    metavar="URL",
    help="Show where the calls of a running server are, such as http://127.0.0.1:8080. Start it with `--allow-attach`, "
    "and set $NCCODSL_ATTACH_TOKEN to its token.",
)
@option("--no-browser", is_flag=True, help="Print the address, and do not open it.")
def command() -> int:
    """Edit, hear and test scripts in the browser.

    It shows the scripts of a folder with what the language server knows of them. Beside them are a phone, the graph,
    the JSON, the tests, and what an edit changes for callers. It serves this machine only. Nothing is sent elsewhere.
    """
    from nccodsl.cli.studio import StudioOptions, studio

    return studio(parsed(StudioOptions))
