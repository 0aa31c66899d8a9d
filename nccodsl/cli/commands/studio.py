"""`nccodsl studio`: scripts in the browser, with a phone, a graph and tests."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, option, parsed


@click.command(
    "studio",
    cls=Command,
    exits={0: "it was stopped, or the site is built", 2: "wrong usage, it cannot listen, or the site cannot be built"},
)
@click.argument("place", metavar="[FOLDER|FILE]", default=None)
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
@option(
    "--build",
    metavar="DIR",
    help="Serve nothing: write the studio to a folder as static files. Python runs in the browser there. It offers the "
    "scripts of FOLDER, or of the folder of FILE, or the examples if none is given.",
)
@option(
    "--pyodide",
    metavar="DIR",
    help="With --build: take Python for the browser from the npm package `pyodide`, unpacked in this folder. "
    "Without it, it is downloaded once.",
)
def command() -> int:
    """Edit, hear and test scripts in the browser.

    It shows the scripts of a folder with what the language server knows of them. Beside them are a phone, the graph,
    the JSON, the tests, and what an edit changes for callers. It serves this machine only. Nothing is sent elsewhere.
    """
    from nccodsl.cli.studio import StudioOptions, studio

    return studio(parsed(StudioOptions))
