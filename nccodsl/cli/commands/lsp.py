"""`nccodsl lsp`: the language server for editors."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, parsed


@click.command("lsp", cls=Command, exits={0: "the editor has ended it", 1: "the editor is gone", 2: "wrong usage"})
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="N",
    help="Listen on this port of this machine, for one editor; 0 takes a free one. Default: standard input and output.",
)
@click.option("--verbose", is_flag=True, help="Log more to standard error.")
def command() -> int:
    """Serve an editor over the Language Server Protocol.

    That gives it errors, completion, documentation, formatting, fixes and more. Editors start it
    themselves. It needs `pip install 'nccodsl[lsp]'`.
    """
    from nccodsl.cli.lsp import LspOptions, serve

    return serve(parsed(LspOptions))
