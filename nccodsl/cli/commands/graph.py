"""`nccodsl graph`: the steps of a script, what leads to what, and where the call may end."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import OUTPUT, SCRIPT, Command, option, parsed


@click.command("graph", cls=Command)
@click.argument("file", type=SCRIPT)
@option(
    "--format",
    "form",
    type=click.Choice(["mermaid", "dot", "json"]),
    default="mermaid",
    show_default=True,
    help="Text for Mermaid or Graphviz, or JSON.",
)
@option("--unfold", is_flag=True, help="Draw what dialogs do, in each place that asks one.")
@option(
    "-o", "--output", type=OUTPUT, metavar="FILE", group="Output", help="Write to this file instead of standard output."
)
def command() -> int:
    """Draw the steps of a script and how they connect.

    The graph shows steps, branches, handlers, and where the call can end. A dialog is one box with its outcomes.
    """
    from nccodsl.cli.graph import GraphOptions, draw

    return draw(parsed(GraphOptions))
