"""`nccodsl graph`: the steps of a script, what leads to what, and where the call may end."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import OUTPUT, SCRIPT


@click.command("graph")
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
def command(file: str, form: str, output: str | None) -> None:
    """Draw the script FILE: its steps and branches, its handlers, and where the call may end."""
    from nccodsl.cli.inputs import load_flow
    from nccodsl.cli.output import same_file, show, write_whole
    from nccodsl.errors import ScriptError

    if same_file(output, file):
        raise click.UsageError(f"{file} is read; it cannot be written at the same time.")
    try:
        flow = load_flow(file)
    except ScriptError as error:
        show(error.diagnostics)
        raise SystemExit(1) from None
    from nccodsl.graph.build import build

    graph = build(flow)
    if form == "mermaid":
        from nccodsl.graph.mermaid import to_mermaid as written
    elif form == "dot":
        from nccodsl.graph.dot import to_dot as written
    else:
        from nccodsl.graph.to_json import to_json as written
    write_whole(output, written(graph).encode())
