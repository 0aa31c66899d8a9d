"""`nccodsl serve`: scripts that talk back, answered across many webhooks."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import OUTPUT, Command, parsed, var_options


@click.command("serve", cls=Command)
@click.argument("files", nargs=-1, required=True, metavar="[NAME=]FILE...")
@click.option("--base-url", metavar="URL", help="The server's address from outside; the name of a script follows it.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0 takes a free one.")
@click.option(
    "--store",
    metavar="URL",
    help="Where calls are kept: sqlite:PATH (the default, in your state folder; ?durable=1 behind it) or memory:.",
)
@click.option(
    "--signature-secret",
    "secrets",
    multiple=True,
    envvar="NCCODSL_SIGNATURE_SECRET",
    metavar="SECRET",
    help="The account's signature secret; more than one while it changes. Better given by the environment.",
)
@click.option("--allow-unsigned", is_flag=True, help="Take webhooks without a signature, too.")
@click.option("--reload", is_flag=True, help="Look for changed scripts, and serve them to new calls.")
@click.option(
    "--record",
    type=OUTPUT,
    metavar="FILE",
    help="Record calls, for `nccodsl test --replay`; private values are left out.",
)
@click.option("--log-json", is_flag=True, help="Log JSON objects, one a line.")
@var_options
def command() -> int:
    """Serve scripts: answer the webhooks of their calls, until it is told to stop.

    Each FILE is served at /NAME/answer, /NAME/event and so on. NAME is that of the file, or of its folder for a file
    called script.call.
    """
    from nccodsl.cli.serve import ServeOptions, serve

    return serve(parsed(ServeOptions))
