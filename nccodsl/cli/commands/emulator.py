"""`nccodsl emulator`: a stand-in for the platform that any program can talk to."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import Command, listen_options, option, parsed
from nccodsl.cli.completion import complete_fault
from nccodsl.cli.emulation_click_options import (
    after_connect_option,
    persona_option,
    socket_host_option,
    sockets_option,
    timing_option,
    voice_engine_option,
)
from nccodsl.cli.emulation_help import personas_and_faults


@click.command(
    "emulator", cls=Command, exits={0: "stopped", 2: "wrong usage, or it cannot start"}, facts=personas_and_faults
)
@listen_options(port=4790)
@option(
    "--allow-host",
    "allowed_hosts",
    multiple=True,
    metavar="HOST",
    group="Network",
    help="Also accept requests to this host name. Can be repeated.",
)
@option(
    "--webhooks",
    "hosts",
    multiple=True,
    metavar="HOST",
    group="Network",
    help="Allow webhooks to this host. Can be repeated.",
)
@option("--tls", is_flag=True, group="Network", help="Serve https with a self-signed certificate.")
@option("--answer-url", metavar="URL", group="Account", help="Answer URL of the application, for inbound calls.")
@option("--event-url", metavar="URL", group="Account", help="Event URL of the application.")
@option("--fallback-url", metavar="URL", group="Account", help="Fallback answer URL of the application.")
@option(
    "--signature-secret",
    "secret",
    envvar="VONAGE_SIGNATURE_SECRET",
    metavar="SECRET",
    group="Account",
    help="Sign webhooks with this secret; by default $VONAGE_SIGNATURE_SECRET.",
)
@option("--public-key", metavar="FILE", group="Account", help="Check tokens with this key; by default one is created.")
@option(
    "--app", "--application", "application_id", metavar="ID", group="Account", help="Accept only this application ID."
)
@option("--accept-any-token", "any_token", is_flag=True, group="Account", help="Do not check tokens.")
@option("--folder", type=click.Path(file_okay=False), group="Account", help="Folder for keys and certificates.")
@persona_option("Persona that answers calls.")
@option(
    "--fault",
    "faults",
    multiple=True,
    metavar="NAME[=SHARE]",
    shell_complete=complete_fault,
    group="Emulation",
    help="Cause this fault, always or in a SHARE (0 to 1) of cases. Can be repeated.",
)
@option(
    "--speed",
    default="1",
    show_default=True,
    metavar="N|virtual",
    group="Emulation",
    help="Run N times as fast as real time, or without waiting.",
)
@option(
    "--seed", type=int, metavar="N", group="Emulation", help="Repeat the faults of a run; with a new --folder, ids too."
)
@option(
    "--creations",
    type=click.IntRange(0),
    metavar="N",
    default=3,
    show_default=True,
    group="Emulation",
    help="Calls that can start per second, created or connected; 0 means no limit.",
)
@option(
    "--list-lag",
    type=click.FloatRange(0, 86400),
    metavar="SECONDS",
    default=0.0,
    show_default=True,
    group="Emulation",
    help="Show new calls in the list of calls only after SECONDS.",
)
@option(
    "--leg-days",
    type=click.IntRange(1, 31),
    metavar="N",
    default=2,
    show_default=True,
    group="Emulation",
    help="Keep ended calls for N days.",
)
@after_connect_option("continue", "What a call does when the connected phone has hung up.")
@timing_option("estimate", "Texts take an estimated time, or that of the voice, which needs the extra `audio`.")
@voice_engine_option(
    "Who says the texts in recordings: espeak, or piper:MODEL with the file of a voice; espeak by default. "
    "Needs the extra `audio`."
)
@sockets_option("real", "Open the WebSockets of calls, or let personas play them.")
@socket_host_option("Open WebSockets to this host too, not only to this machine.")
@option("--legacy", is_flag=True, group="Emulation", help="Accept inputs without `type`, as old applications do.")
@option("--quiet", is_flag=True, group="Output", help="Do not print calls.")
@option("--json", "as_json", is_flag=True, group="Output", help="Print calls as JSON lines.")
def command() -> int:
    """Serve an emulated Voice API for programs in any language.

    It accepts the same requests as the Voice API, plays each call, and sends the webhooks.
    """
    from nccodsl.cli.emulator import EmulatorOptions, serve

    return serve(parsed(EmulatorOptions))
