"""`nccodsl studio`: serves the studio to one person on this machine."""

from __future__ import annotations

import sys
import webbrowser
from contextlib import suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING

import click

from nccodsl.base.record import Record
from nccodsl.cli.attach_token import VARIABLE, attach_token
from nccodsl.cli.lsp import LIBRARIES
from nccodsl.cli.output import on_terminal, print_out
from nccodsl.errors import CannotRead, UsageError

if TYPE_CHECKING:
    from nccodsl.studio.live_calls import LiveCalls


class StudioOptions(Record):
    """What the command line asks for: `place` is a folder with scripts, or one script; `attach` a server's URL.

    `build` is the folder of a site that is built, and `pyodide` one with the files that it needs.
    """

    place: str | None
    port: int
    attach: str | None
    no_browser: bool
    build: str | None
    pyodide: str | None


def studio(wanted: StudioOptions) -> int:
    """Serve until Ctrl-C is pressed, or build a site; the exit code. Raises UsageError, CannotWrite."""
    if wanted.pyodide is not None and wanted.build is None:
        raise click.UsageError("--pyodide needs --build.")
    if wanted.attach is not None and wanted.build is not None:
        raise click.UsageError("--attach does not go with --build: a site has no server.")
    if any(find_spec(name) is None for name in LIBRARIES):
        raise click.UsageError("the studio needs the extra `studio`: run `pip install 'nccodsl[studio]'`.")
    try:
        return _serve(wanted) if wanted.build is None else _build(wanted.place, wanted.build, wanted.pyodide)
    except (CannotRead, UsageError) as reason:
        raise click.UsageError(f"{reason}.") from None


def _build(place: str | None, folder: str, pyodide: str | None) -> int:
    from nccodsl.cli.playground import build_playground

    return build_playground(place, folder, pyodide)


def _serve(wanted: StudioOptions) -> int:
    from nccodsl.io.listen import CannotListen
    from nccodsl.studio.project_files import ProjectFiles
    from nccodsl.studio.studio_server import StudioServer

    live = _live(wanted.attach) if wanted.attach is not None else None
    try:
        server = StudioServer(ProjectFiles(wanted.place or "."), "127.0.0.1", wanted.port, live)
    except CannotListen as reason:
        raise click.UsageError(f"{reason}; give another port with `--port`.") from None
    print_out(f"Studio at {server.url}\nThe address lets anyone on this machine in who has it. Press Ctrl-C to stop.")
    if on_terminal(sys.stdout) and not wanted.no_browser:
        webbrowser.open(server.url)
    with suppress(KeyboardInterrupt):
        server.run()
    return 0


def _live(url: str) -> LiveCalls:
    """The calls of the server at a URL. Raises UsageError where it cannot be watched now."""
    from nccodsl.io.watched_server import watched
    from nccodsl.studio.live_calls import LiveCalls

    token = attach_token()
    if not token:
        raise click.UsageError(f"--attach needs the token of the server in ${VARIABLE}.")
    try:
        watched(url, token).close()
    except UsageError as reason:
        raise click.UsageError(f"{reason}.") from None
    return LiveCalls(lambda: watched(url, token))
