"""`nccodsl suppress import`: numbers of a table are not to be called again."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import DATA, Command, json_option, option, parsed, server_store_option

EXITS = {
    0: "success",
    1: "some rows cannot be used, or the file cannot be read",
    2: "wrong usage, or an unusable store",
}


@click.command("import", cls=Command, exits=EXITS)
@click.argument("file", type=DATA)
@option("--column", default="number", show_default=True, metavar="NAME", group="Input", help="Column with the numbers.")
@option("--reason", default="", metavar="TEXT", group="Input", help="Why, where the column `reason` does not say it.")
@server_store_option
@json_option
def command() -> int:
    """Suppress the numbers of a CSV or JSON Lines file.

    Rows that cannot be used are reported, and all others are suppressed. `-` reads standard input.
    """
    from nccodsl.cli.suppress import SuppressImportOptions, import_from

    return import_from(parsed(SuppressImportOptions))
