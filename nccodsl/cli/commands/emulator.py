"""`nccodsl emulator`: a stand-in for the platform that any program can talk to."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, parsed


@click.command("emulator", cls=Command)
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", type=click.IntRange(0, 65535), default=4790, show_default=True, help="0 takes a free one.")
@click.option("--allow-host", "allowed_hosts", multiple=True, metavar="HOST", help="A further name it answers to.")
@click.option("--persona", "personas", multiple=True, metavar="NAME|FILE", help="Who is called.")
@click.option("--answer-url", metavar="URL", help="Of the application: asked when somebody calls in.")
@click.option("--event-url", metavar="URL", help="Of the application: told where a call names no other.")
@click.option("--fallback-url", metavar="URL", help="Of the application: asked where no usable NCCO came.")
@click.option("--webhooks", "hosts", multiple=True, metavar="HOST", help="A host beside this one that may be told.")
@click.option("--signature-secret", "secret", envvar="VONAGE_SIGNATURE_SECRET", help="Sign webhooks with this.")
@click.option("--public-key", metavar="FILE", help="Check tokens with this key; else one is made.")
@click.option("--application", "application_id", metavar="ID", help="Take tokens for this application only.")
@click.option("--accept-any-token", "any_token", is_flag=True, help="Do not check tokens.")
@click.option("--speed", default="1", show_default=True, metavar="N|virtual", help="How much faster than real time.")
@click.option(
    "--fault", "faults", multiple=True, metavar="NAME[=SHARE]", help="What goes wrong, and how often (0 to 1)."
)
@click.option("--seed", type=int, help="Repeat faults, and in a fresh --folder also ids.")
@click.option("--creations", type=click.IntRange(0), default=3, show_default=True, help="Calls a second; 0: no limit.")
@click.option("--leg-days", type=click.IntRange(1, 31), default=2, show_default=True, help="Keep ended calls so long.")
@click.option("--legacy", is_flag=True, help="Play inputs without `type` the old way, for old applications.")
@click.option("--tls", is_flag=True, help="Serve https with a certificate of its own.")
@click.option("--folder", type=click.Path(file_okay=False), help="Where keys and certificates are kept.")
@click.option("--quiet", is_flag=True, help="Do not print calls.")
@click.option("--json", "as_json", is_flag=True, help="Print calls as JSON lines.")
def command() -> int:
    """Serve an emulated Voice API: the API's own paths, calls that are played through, and their webhooks."""
    from nccodsl.cli.emulator import EmulatorOptions, serve

    return serve(parsed(EmulatorOptions))
