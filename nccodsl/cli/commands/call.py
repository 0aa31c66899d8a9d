"""`nccodsl call`: place the call of a script, for real or emulated."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import (
    API_EXITS,
    OUTPUT,
    SCRIPT,
    Command,
    account_options,
    api_option,
    at_option,
    book_option,
    json_option,
    limit_option,
    option,
    parsed,
    var_options,
)
from nccodsl.cli.emulation_click_options import (
    after_connect_option,
    persona_option,
    recognizer_option,
    socket_host_option,
    sockets_option,
    timing_option,
    voice_engine_option,
)
from nccodsl.cli.emulation_help import personas


@click.command("call", cls=Command, exits={**API_EXITS, 3: "unknown whether the call was placed"}, facts=personas)
@click.argument("file", type=SCRIPT)
@var_options
@at_option
@option("--pseudo", is_flag=True, group="Emulation", help="With --emulate: say all texts in a pseudo-language.")
@option("--to", metavar="ENDPOINT", group="Call", help="Call this instead: a number, sip:user@host or app:user.")
@option("--from", "caller", metavar="NUMBER", group="Call", help="Call from this number instead.")
@api_option(None, "API version of the call body; by default that of the profile, or v2.")
@option("--dry-run", is_flag=True, group="Call", help="Print the request, and send nothing.")
@option("--wait", is_flag=True, group="Call", help="Follow the call until it ends.")
@option(
    "--rows",
    metavar="FILE",
    group="Call",
    help="Call once for each row of a CSV or JSON Lines file, but no suppressed number. "
    "Hours, consent and caps are rules of `nccodsl campaign` only.",
)
@option("--campaign", metavar="NAME", group="Call", help="Name of the list; the same name never calls a row twice.")
@option("--skip-bad-rows", is_flag=True, group="Call", help="Call the others where a row cannot be called.")
@option("--reference", metavar="TEXT", group="Call", help="Name of the call; the same name never dials twice.")
@account_options
@limit_option
@option("--base-url", metavar="URL", group="Network", help="Address of the webhook server of an interactive script.")
@option(
    "--store",
    metavar="URL",
    group="Network",
    help="Store of that server: values are kept there, not in URLs; for --rows also suppressed numbers.",
)
@option("--shaken-key", metavar="FILE", group="SHAKEN", help="Sign a SHAKEN passport with this P-256 key.")
@option("--shaken-cert-url", metavar="URL", group="SHAKEN", help="Address of the certificate of that key.")
@option(
    "--attest",
    type=click.Choice(["A", "B", "C"]),
    default="A",
    show_default=True,
    group="SHAKEN",
    help="Attestation level of the passport.",
)
@option("--emulate", is_flag=True, group="Emulation", help="Play the call here: no account, no network, no waiting.")
@persona_option("With --emulate: persona that answers.")
@option(
    "--webhooks",
    "hosts",
    multiple=True,
    metavar="HOST",
    group="Emulation",
    help="With --emulate: allow webhooks to this host. Can be repeated.",
)
@option(
    "--html",
    "page",
    type=OUTPUT,
    metavar="FILE",
    group="Emulation",
    help="With --emulate: write the call as a web page. With --audio, it plays the call.",
)
@option(
    "--audio",
    type=OUTPUT,
    metavar="FILE",
    group="Emulation",
    help="With --emulate: write the call as sound (WAV, stereo): right what the callee hears, left what they say. "
    "Needs the extra `audio`.",
)
@timing_option(
    None, "With --emulate: texts take an estimated time, or that of the voice; by default the latter with --audio."
)
@voice_engine_option(
    "With --audio: who says the texts: espeak, or piper:MODEL with the file of a voice; espeak by default."
)
@after_connect_option(
    None, "With --emulate: what the call does when the connected phone has hung up; by default continue."
)
@sockets_option(
    None,
    "With --emulate: open the WebSockets of the call, and talk with the application there in real time, or let a "
    "persona play it; by default real.",
)
@socket_host_option("With --emulate: open WebSockets to this host too, not only to this machine.")
@option(
    "--agent",
    metavar="URL",
    group="Emulation",
    help="With --emulate: open this WebSocket in place of those of the script.",
)
@recognizer_option(
    "With --emulate: find the words of what an application says: vosk:MODEL, or command:PROGRAM, which gets a WAV "
    "file and prints the words."
)
@option("--all", "everything", is_flag=True, group="Emulation", help="With --emulate: show every action and event.")
@book_option
@json_option
def command() -> int:
    """Place a script's call, for real or emulated."""
    from nccodsl.cli.call import CallOptions, call

    return call(parsed(CallOptions))
