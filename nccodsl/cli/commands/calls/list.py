"""`nccodsl calls list`: the calls that the API knows."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import API_EXITS, Command, account_options, json_option, option, parsed
from nccodsl.voice.call_api import STATUSES


@click.command("list", cls=Command, exits=API_EXITS)
@option(
    "--status",
    type=click.Choice(STATUSES),
    metavar="STATUS",
    group="Input",
    help="Only calls with this status, such as answered.",
)
@option("--since", metavar="TIME", group="Input", help="Only calls since TIME, such as 2026-11-23T12:00:00Z.")
@option("--until", metavar="TIME", group="Input", help="Only calls until TIME.")
@option("--conversation", metavar="ID", group="Input", help="Only calls of this conversation.")
@option(
    "--limit",
    type=click.IntRange(1),
    metavar="N",
    default=20,
    show_default=True,
    group="Output",
    help="Show at most N calls.",
)
@option("--oldest-first", is_flag=True, group="Output", help="Show the oldest call first.")
@account_options
@json_option
def command() -> int:
    """List recent calls, newest first."""
    from nccodsl.cli.calls import ListOptions, list_calls

    return list_calls(parsed(ListOptions))
