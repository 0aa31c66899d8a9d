"""`nccodsl graph`: the drawing of a script, written in one of three forms."""

from __future__ import annotations

from collections.abc import Callable

from nccodsl.base.record import Record
from nccodsl.cli.given import not_overwritten
from nccodsl.cli.inputs import load_flow
from nccodsl.cli.output import script_errors, write_whole
from nccodsl.graph.build import build
from nccodsl.graph.dot import to_dot
from nccodsl.graph.elements import Graph
from nccodsl.graph.mermaid import to_mermaid
from nccodsl.graph.to_json import to_json

_FORMS: dict[str, Callable[[Graph], str]] = {"mermaid": to_mermaid, "dot": to_dot, "json": to_json}


class GraphOptions(Record):
    """What the command line asks for."""

    file: str
    form: str
    unfold: bool
    output: str | None


def draw(wanted: GraphOptions) -> int:
    """Write the graph of a script; the exit code."""
    not_overwritten(wanted.output, wanted.file)
    with script_errors():
        flow = load_flow(wanted.file)
    write_whole(wanted.output, _FORMS[wanted.form](build(flow, unfold=wanted.unfold)).encode())
    return 0
