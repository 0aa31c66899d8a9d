"""`nccodsl campaign report`: a campaign in numbers."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import BOOK_EXITS, OUTPUT, Command, book_option, option, parsed


@click.command("report", cls=Command, exits=BOOK_EXITS)
@click.argument("name")
@option(
    "--format",
    "form",
    type=click.Choice(["text", "csv", "json", "html"]),
    default="text",
    show_default=True,
    group="Output",
    help="Format of the report; CSV and JSON list all recipients.",
)
@option(
    "--by",
    type=click.Choice(["outcome", "hour", "zone"]),
    default="outcome",
    show_default=True,
    group="Output",
    help="What calls are counted by.",
)
@option("-o", "--output", type=OUTPUT, default="-", metavar="FILE", group="Output", help="Write to this file.")
@book_option
def command() -> int:
    """Report what became of a campaign."""
    from nccodsl.cli.campaign import ReportOptions, report

    return report(parsed(ReportOptions))
