"""`nccodsl explain`: the page of a code."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, json_option, parsed


@click.command("explain", cls=Command)
@click.argument("code", required=False)
@json_option
def command() -> int:
    """Explain the CODE of a message, such as E304; without one, list all codes."""
    from nccodsl.cli.explain import ExplainOptions, explain

    return explain(parsed(ExplainOptions))
