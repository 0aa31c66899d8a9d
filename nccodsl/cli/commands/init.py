"""`nccodsl init`: a first project that compiles, or one of the examples."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, parsed
from nccodsl.cli.completion import complete_example


@click.command("init", cls=Command, exits={0: "success", 2: "wrong usage, or a file exists"})
@click.argument("folder", default=".", type=click.Path(file_okay=False), metavar="[DIR]")
@click.option("--example", metavar="NAME", shell_complete=complete_example, help="Copy this example.")
@click.option("--list", "listed", is_flag=True, help="List the examples, and write nothing.")
def command() -> int:
    """Create a project, or copy an example.

    DIR is created if needed; without DIR, files go into the current folder. Existing files are never overwritten.
    """
    from nccodsl.cli.init import InitOptions, write_project

    return write_project(parsed(InitOptions))
