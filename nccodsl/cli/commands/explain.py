"""`nccodsl explain`: the page of a code, or of a file of the library."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, json_option, parsed
from nccodsl.cli.completion import complete_code


@click.command("explain", cls=Command, exits={0: "success", 2: "no such code"})
@click.argument("code", required=False, shell_complete=complete_code)
@json_option
def command() -> int:
    """Explain an error code, or a file of the library.

    CODE is a code such as E304, or its name; without CODE, all codes are listed. `std` lists the library, and
    `std/confirm` explains a file of it.
    """
    from nccodsl.cli.explain import ExplainOptions, explain

    return explain(parsed(ExplainOptions))
