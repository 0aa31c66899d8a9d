"""`nccodsl explain`: the page of a code."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, json_option, parsed
from nccodsl.cli.completion import complete_code


@click.command("explain", cls=Command, exits={0: "success", 2: "no such code"})
@click.argument("code", required=False, shell_complete=complete_code)
@json_option
def command() -> int:
    """Explain an error code.

    CODE is a code such as E304, or its name; without CODE, all codes are listed.
    """
    from nccodsl.cli.explain import ExplainOptions, explain

    return explain(parsed(ExplainOptions))
