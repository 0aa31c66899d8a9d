"""`nccodsl init`: a first project that compiles, or one of the examples."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, parsed


@click.command("init", cls=Command)
@click.argument("folder", default=".", type=click.Path(file_okay=False), metavar="[DIR]")
@click.option("--example", metavar="NAME", help="Write this example instead of the first project.")
@click.option("--list", "listed", is_flag=True, help="List the examples, and write nothing.")
def command() -> int:
    """Write a first project, or an example, into DIR (created if needed; by default the current folder)."""
    from nccodsl.cli.init import InitOptions, write_project

    return write_project(parsed(InitOptions))
