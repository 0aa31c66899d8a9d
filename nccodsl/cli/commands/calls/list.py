"""`nccodsl calls list`: the calls that the API knows."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, account_options, json_option, parsed
from nccodsl.voice.call_api import STATUSES


@click.command("list", cls=Command)
@click.option("--status", type=click.Choice(STATUSES), help="Only calls in this state.")
@click.option("--since", metavar="TIME", help="Only calls from then on, such as 2026-11-23T12:00:00Z.")
@click.option("--until", metavar="TIME", help="Only calls until then.")
@click.option("--conversation", metavar="ID", help="Only calls of this conversation.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Show so many at most.")
@click.option("--oldest-first", is_flag=True, help="Turn the order round.")
@account_options
@json_option
def command() -> int:
    """Show the calls of the last days, newest first."""
    from nccodsl.cli.calls import ListOptions, list_calls

    return list_calls(parsed(ListOptions))
