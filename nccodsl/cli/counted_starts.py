"""What `nccodsl check` says of the starts that a call of a script counts as."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from nccodsl.base.plural import counted
from nccodsl.cli.output import STDIN
from nccodsl.errors import ScriptError


def starts_noted(paths: Iterable[str]) -> Iterable[str]:
    """A line for each script that needs no webhook server and connects: nothing can time its connects."""
    for path in paths:
        if path != STDIN and (note := _note(path)):
            yield f"note: {path}: {note}"


def _note(path: str) -> str:
    try:
        text = Path(path).read_bytes()
        if b"connect" not in text:
            return ""
        return _said(path)
    except (OSError, ScriptError):
        return ""


def _said(path: str) -> str:
    from nccodsl.api import load
    from nccodsl.graph.build import build
    from nccodsl.graph.connect_count import most_connects

    flow = load(Path(path), name=path)
    if flow.runtime_needs():
        return ""
    most = most_connects(build(flow, unfold=True))
    if most == 0:
        return ""
    counts = "the call and each connect" if most is None else f"the call and {counted(most, 'connect')}"
    starts = "several starts" if most is None else f"{most + 1} starts"
    at_most = "" if most is None else "at most "
    return (
        f"a call counts as {at_most}{starts} of the account's limit: {counts}; "
        "nccodsl cannot time these connects, so a second can have more starts than the limit"
    )
