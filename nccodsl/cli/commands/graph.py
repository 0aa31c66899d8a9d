"""`nccodsl graph`: the steps of a script, what leads to what, and where the call may end."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import OUTPUT, SCRIPT, Command, parsed


@click.command("graph", cls=Command)
@click.argument("file", type=SCRIPT)
@click.option(
    "--format",
    "form",
    type=click.Choice(["mermaid", "dot", "json"]),
    default="mermaid",
    show_default=True,
    help="Text for Mermaid, text for Graphviz, or data.",
)
@click.option("-o", "--output", type=OUTPUT, metavar="FILE", help="Write to a file, whole or not at all.")
def command() -> int:
    """Draw the script FILE: its steps and branches, its handlers, and where the call may end."""
    from nccodsl.cli.graph import GraphOptions, draw

    return draw(parsed(GraphOptions))
