"""`nccodsl describe`: a script in plain words, on standard output."""

from __future__ import annotations

from nccodsl.base.record import Record
from nccodsl.cli.click_options import GivenValues, one_standard_input, values_from
from nccodsl.cli.inputs import load_flow
from nccodsl.cli.output import print_out
from nccodsl.cli.show_error import script_errors
from nccodsl.describe.describe import describe


class DescribeOptions(Record):
    """What the command line asks for."""

    file: str
    values: GivenValues


def describe_script(wanted: DescribeOptions) -> int:
    """Print what the call of a script does; the exit code."""
    one_standard_input(wanted.file, wanted.values.vars_file)
    with script_errors():
        text = describe(load_flow(wanted.file), values_from(wanted.values))
    print_out(text.rstrip("\n"))
    return 0
