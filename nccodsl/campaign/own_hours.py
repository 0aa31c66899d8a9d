"""The hours of a campaign file: rules as in the `hours` of a script, judged by the same analysis."""

from __future__ import annotations

from nccodsl.analysis.analyse import analyse
from nccodsl.analysis.program import HoursItem
from nccodsl.base.source import Sources
from nccodsl.diagnostics import Diagnostic
from nccodsl.syntax import ast

_NAME = "campaign"
_ITEMS = 3
_BEFORE = f'talk "."\nzone "UTC"\nhours {_NAME} {{\n'


class BadHours(Exception):
    """Rules that are wrong: why, how to fix it, and the line that is wrong (without blanks around it), or empty."""

    def __init__(self, reason: str, help: str | None = None, line: str = "") -> None:
        super().__init__(reason)
        self.reason, self.help, self.line = reason, help, line


def opening_hours(rules: str) -> HoursItem:
    """What rules say, one a line, such as `mon-fri 9:00-18:00`; the zone is not theirs. Raises BadHours."""
    sources = Sources()
    main = sources.add("hours", f"{_BEFORE}{rules}\n}}\n")
    checked = analyse(sources, main)
    tree = checked.trees["hours"]
    # A brace in the rules may end them, and begin something else.
    if len(tree.items) > _ITEMS or not isinstance(tree.items[-1], ast.Hours):
        raise BadHours("only rules of hours can stand here", "write a rule such as `mon-fri 9:00-18:00`")
    for found in checked.collector.sorted():
        if found.is_error:
            raise BadHours(found.message, found.help, _line(found, rules))
    return checked.program.hours[_NAME]


def _line(found: Diagnostic, rules: str) -> str:
    """The line of the rules that something was found in."""
    lines = rules.split("\n")
    number = (found.line or 0) - _BEFORE.count("\n") - 1
    return lines[number].strip() if 0 <= number < len(lines) else ""
