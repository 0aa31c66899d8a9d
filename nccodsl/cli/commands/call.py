"""`nccodsl call`: place the call of a script, for real or emulated."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import (
    OUTPUT,
    SCRIPT,
    Command,
    account_options,
    api_option,
    json_option,
    parsed,
    var_options,
)


@click.command("call", cls=Command)
@click.argument("file", type=SCRIPT)
@var_options
@click.option("--to", metavar="ENDPOINT", help="Call this instead: a number, sip:user@host or app:user.")
@click.option("--from", "caller", metavar="NUMBER", help="Call from this number instead.")
@api_option(None, "The version of the create request; v2 is the default.")
@json_option
@click.option("--dry-run", is_flag=True, help="Print the request, and send nothing.")
@click.option("--wait", is_flag=True, help="Follow the call to its end.")
@click.option("--reference", metavar="TEXT", help="Names the call: repeated with it, the command dials once.")
@account_options
@click.option("--shaken-key", metavar="FILE", help="Sign a SHAKEN passport for each phone with this key (P-256).")
@click.option("--shaken-cert-url", metavar="URL", help="Where the certificate of that key can be had.")
@click.option("--attest", type=click.Choice(["A", "B", "C"]), default="A", help="How far the passport vouches.")
@click.option(
    "--base-url", metavar="URL", help="The address of the server of a script that talks back, as for `serve`."
)
@click.option("--store", metavar="URL", help="Keep the values in the store that the server has, not in addresses.")
@click.option("--emulate", is_flag=True, help="Play the call through here: no account, no network, no waiting.")
@click.option("--persona", "personas", multiple=True, metavar="NAME|FILE", help="With --emulate: who is called.")
@click.option("--webhooks", "hosts", multiple=True, metavar="HOST", help="With --emulate: a host that may be told.")
@click.option("--html", "page", type=OUTPUT, metavar="FILE", help="With --emulate: write the call as a web page.")
@click.option("--all", "everything", is_flag=True, help="With --emulate: show every action and event.")
def command() -> int:
    """Place the call that the script FILE describes.

    Exit codes: 0 placed, 1 refused or wrong, 2 wrong usage or credentials, 3 not known whether it was placed, 4 the
    API cannot be reached.
    """
    from nccodsl.cli.call import CallOptions, call

    return call(parsed(CallOptions))
