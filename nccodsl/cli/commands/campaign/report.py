"""`nccodsl campaign report`: a campaign in numbers."""

from __future__ import annotations

import click

from nccodsl.cli.campaign_click_options import report_options
from nccodsl.cli.click_options import BOOK_EXITS, Command, book_option, option, parsed


@click.command("report", cls=Command, exits=BOOK_EXITS)
@click.argument("name")
@report_options("branch")
@option(
    "--history",
    metavar="FILE",
    group="Input",
    help="What `serve --record` has written, for `--by branch`; - is standard input.",
)
@book_option
def command() -> int:
    """Report what became of a campaign."""
    from nccodsl.cli.campaign import ReportOptions, report

    return report(parsed(ReportOptions))
