"""`nccodsl describe`: a script in plain words, on standard output."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from nccodsl.base.record import Record
from nccodsl.cli.given import GivenValues, one_standard_input, values_from
from nccodsl.cli.inputs import load_flow
from nccodsl.cli.output import columns, lines_of, print_out, script_errors
from nccodsl.describe.describe import describe
from nccodsl.diagnostics.printers.text import hanging, visible

_HANGS = 4
"""Columns by which what goes on is indented more than its beginning; what belongs to a line is indented by two."""


class DescribeOptions(Record):
    """What the command line asks for."""

    file: str
    values: GivenValues


def describe_script(wanted: DescribeOptions) -> int:
    """Print what the call of a script does; the exit code."""
    one_standard_input(wanted.file, wanted.values.vars_file)
    with script_errors():
        text = describe(load_flow(wanted.file), values_from(wanted.values))
    print_out(lines_of(_wrapped(text, columns(sys.stdout))))
    return 0


def _wrapped(text: str, width: int | None) -> Iterator[str]:
    for line in visible(text.rstrip("\n")).split("\n"):
        yield from hanging(line, width, indent=len(line) - len(line.lstrip(" ")) + _HANGS)
