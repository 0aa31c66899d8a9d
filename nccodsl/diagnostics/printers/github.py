"""Diagnostics as GitHub Actions workflow commands, which GitHub shows beside the lines of a pull request."""

from __future__ import annotations

from collections.abc import Sequence

from nccodsl.diagnostics.diagnostic import Diagnostic
from nccodsl.diagnostics.printers.text import MOST, safe


def as_github(diagnostics: Sequence[Diagnostic]) -> str:
    """A command a line."""
    return "".join(f"{_command(found)}\n" for found in diagnostics)


def _command(found: Diagnostic) -> str:
    properties: dict[str, str | int] = {}
    if found.file is not None:
        properties["file"] = found.file.name.removeprefix("./")  # the paths of a repository have none
        if found.span is not None:
            (line, column), (end_line, end_column) = found.start, found.end
            # GitHub takes columns only of a place within one line.
            one_line = line == end_line
            properties |= {"line": line, "col": column} if one_line else {"line": line}
            properties |= {"endLine": end_line, "endColumn": end_column} if one_line else {"endLine": end_line}
    properties["title"] = found.code
    listed = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    message = f"{found.message}\n{found.help}" if found.help else found.message
    return f"::{found.severity.value} {listed}::{_data(message)}"


def _data(text: str) -> str:
    """The documented escapes, and ours for the other control characters: the log is a terminal, too."""
    if len(text) > MOST:  # cut before escaping, which must not be cut
        text = text[: MOST - 1] + "…"
    kept = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return safe(kept, len(kept))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
