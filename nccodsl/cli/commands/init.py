"""`nccodsl init`: a first project that compiles."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, parsed


@click.command("init", cls=Command)
@click.argument("folder", default=".", type=click.Path(file_okay=False), metavar="[DIR]")
def command() -> int:
    """Write a first project into DIR (made if need be), or into the folder where you are."""
    from nccodsl.cli.init import InitOptions, write_project

    return write_project(parsed(InitOptions))
