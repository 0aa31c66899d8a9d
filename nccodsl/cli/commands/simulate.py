"""`nccodsl simulate`: a phone in the terminal."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import (
    EXITS,
    OUTPUT,
    SCRIPT,
    Command,
    at_option,
    option,
    parsed,
    pseudo_option,
    var_options,
)
from nccodsl.cli.emulation_click_options import after_connect_option, persona_option
from nccodsl.cli.emulation_help import personas


@click.command("simulate", cls=Command, exits={**EXITS, 1: "errors in a script, or the call failed"}, facts=personas)
@click.argument("file", type=SCRIPT)
@var_options
@at_option
@pseudo_option
@persona_option("Let this persona answer instead of you.")
@option(
    "--reply",
    "replies",
    multiple=True,
    metavar="URL=REPLY",
    group="Emulation",
    help="Answer fetches of URL with REPLY. Can be repeated.",
)
@after_connect_option("continue", "What a call does when the connected phone has hung up.")
@option(
    "--transcript",
    type=OUTPUT,
    metavar="FILE",
    group="Output",
    help="Write the conversation as text, or as JSON to a .json file.",
)
def command() -> int:
    """Play a call in the terminal.

    You hear the call, press keys, speak and hang up: no network, no account, no waiting. You are the called person;
    if the script has no `call` block, you are the caller. Type `help` for what you can do; lines can also be piped in.

    REPLY is JSON, a JSON file, or `error`; `*` in URL matches any text. A persona without `for` answers every call.
    """
    from nccodsl.cli.simulate import SimulateOptions, simulate

    return simulate(parsed(SimulateOptions))
