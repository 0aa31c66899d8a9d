"""`nccodsl serve`: answers the webhooks of interactive scripts."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import OUTPUT, Command, book_option, listen_options, option, parsed, var_options
from nccodsl.cli.completion import complete_served
from nccodsl.client.start_limits import MOST_SLOTS


@click.command(
    "serve", cls=Command, exits={0: "stopped", 1: "errors in a script", 2: "wrong usage, or it cannot start"}
)
@click.argument("files", nargs=-1, required=True, metavar="[NAME=]FILE…", shell_complete=complete_served)
@var_options
@option("--base-url", metavar="URL", group="Network", help="Public address of this server, without the script's name.")
@listen_options(port=8080)
@option(
    "--signature-secret",
    "secrets",
    multiple=True,
    envvar="NCCODSL_SIGNATURE_SECRET",
    metavar="SECRET",
    group="Account",
    help="Signature secret of the account; prefer $NCCODSL_SIGNATURE_SECRET. Can be repeated.",
)
@option("--allow-unsigned", is_flag=True, group="Account", help="Also accept webhooks without a signature.")
@option(
    "--store",
    metavar="URL",
    group="Network",
    help="Where calls are stored: sqlite:PATH, postgresql://… or memory:. Default: SQLite in your state folder.",
)
@option(
    "--secrets",
    "secrets_folder",
    type=click.Path(exists=True, file_okay=False),
    metavar="DIR",
    group="Account",
    help="Folder with a file for each secret of the scripts. Default: $NCCODSL_SECRET_NAME.",
)
@option(
    "--forward-events",
    metavar="URL",
    group="Network",
    help="Also pass every webhook on to URL, as it came.",
)
@option(
    "--allow-link-local",
    is_flag=True,
    group="Network",
    help="Allow requests of scripts to link-local and metadata addresses.",
)
@option(
    "--limit",
    type=click.IntRange(1, MOST_SLOTS),
    metavar="N",
    group="Account",
    help="Calls that the account may start per second: scripts wait before they connect. Default: the profile's.",
)
@book_option
@option(
    "--workers",
    type=click.IntRange(1, 64),
    metavar="N",
    default=1,
    show_default=True,
    group="Network",
    help="Number of processes that serve together.",
)
@option("--reload", is_flag=True, group="Network", help="Reload changed scripts for new calls.")
@option("--allow-attach", is_flag=True, group="Network", help="Let debuggers of this machine watch calls.")
@option(
    "--allow-remote-attach",
    is_flag=True,
    group="Network",
    help="Let debuggers of other machines watch calls too; use TLS.",
)
@option(
    "--record",
    type=OUTPUT,
    metavar="FILE",
    group="Output",
    help="Record calls for `nccodsl test --replay`, without private values.",
)
@option("--json", "--log-json", "log_json", is_flag=True, group="Output", help="Log JSON lines.")
def command() -> int:
    """Answer the webhooks of interactive scripts.

    Each FILE is served at /NAME/answer, /NAME/event and so on. By default, NAME is the name of the file, or of its
    folder if the file is script.call.
    """
    from nccodsl.cli.serve import ServeOptions, serve

    return serve(parsed(ServeOptions))
