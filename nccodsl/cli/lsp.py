"""`nccodsl lsp`: the language server, for one editor."""

from __future__ import annotations

import logging
import sys
from importlib.util import find_spec

import click

from nccodsl.base.record import Record
from nccodsl.cli.output import say, say_that_an_editor_starts
from nccodsl.io.listen import CannotListen, listen

LIBRARIES = ("pygls", "lsprotocol")
"""What the extra `lsp` installs."""


class LspOptions(Record):
    """What the command line asks for: the port of this machine to listen on, or None for standard input and output."""

    port: int | None
    verbose: bool


def serve(wanted: LspOptions) -> int:
    """Serve one editor until it leaves; the exit code. Raises UsageError."""
    if any(find_spec(name) is None for name in LIBRARIES):
        raise click.UsageError("the language server needs the extra `lsp`: run `pip install 'nccodsl[lsp]'`.")
    from nccodsl.lsp.message_loop import serve_socket, serve_stdio

    logging.basicConfig(stream=sys.stderr, level=logging.INFO if wanted.verbose else logging.WARNING, format=_FORMAT)
    if wanted.port is None:
        say_that_an_editor_starts("lsp")
        return serve_stdio()
    try:
        listener = listen("127.0.0.1", wanted.port)
    except CannotListen as reason:
        raise click.UsageError(str(reason)) from None
    say(f"listening on 127.0.0.1:{listener.getsockname()[1]}")
    return serve_socket(listener)


_FORMAT = "%(levelname)s %(message)s"
