"""`nccodsl studio`: serves the studio to one person on this machine."""

from __future__ import annotations

import logging
import sys
import webbrowser
from contextlib import suppress
from importlib.util import find_spec

import click

from nccodsl.base.record import Record
from nccodsl.cli.lsp import LIBRARIES
from nccodsl.cli.output import on_terminal, print_out
from nccodsl.errors import CannotRead


class StudioOptions(Record):
    """What the command line asks for: `place` is a folder with scripts, or one script."""

    place: str
    port: int
    no_browser: bool


def studio(wanted: StudioOptions) -> int:
    """Serve until Ctrl-C is pressed; the exit code. Raises UsageError."""
    if any(find_spec(name) is None for name in (*LIBRARIES, "websockets")):
        raise click.UsageError("the studio needs the extra `studio`: run `pip install 'nccodsl[studio]'`.")
    from nccodsl.io.listen import CannotListen
    from nccodsl.studio.project_files import ProjectFiles
    from nccodsl.studio.studio_server import StudioServer

    try:
        server = StudioServer(ProjectFiles(wanted.place), "127.0.0.1", wanted.port)
    except CannotRead as reason:
        raise click.UsageError(f"{reason}.") from None
    except CannotListen as reason:
        raise click.UsageError(f"{reason}; give another port with `--port`.") from None
    # What goes wrong in a handler is logged by our own; pygls would log it once more, with whole documents.
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    print_out(f"Studio at {server.url}\nThe address lets anyone on this machine in who has it. Press Ctrl-C to stop.")
    if on_terminal(sys.stdout) and not wanted.no_browser:
        webbrowser.open(server.url)
    with suppress(KeyboardInterrupt):
        server.run()
    return 0
