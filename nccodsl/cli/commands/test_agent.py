"""`nccodsl test-agent`: callers for an application at the end of a WebSocket."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import DATA, OUTPUT, Command, option, parsed
from nccodsl.cli.emulation_click_options import recognizer_option, socket_host_option, voice_engine_option


@click.command(
    "test-agent", cls=Command, exits={0: "passed", 1: "a caller's expectation failed", 2: "wrong usage, or a bad file"}
)
@click.argument("file", type=DATA, metavar="FILE")
@option(
    "--agent",
    metavar="URL",
    group="Input",
    help="Address of the application's WebSocket, in place of that in FILE and in its script.",
)
@option("-k", "keyword", metavar="TEXT", group="Input", help="Run only callers whose name contains TEXT.")
@option(
    "-j",
    "at_once",
    type=click.IntRange(1, 100),
    default=10,
    show_default=True,
    metavar="N",
    group="Input",
    help="Let up to N callers talk at the same time.",
)
@socket_host_option("Open WebSockets to this host too, not only to this machine.")
@voice_engine_option(
    "Who speaks for the callers: espeak, or piper:MODEL with the file of a voice. Without the extra `audio`, they hum."
)
@recognizer_option(
    "Find the words of what the agent says: vosk:MODEL, or command:PROGRAM, which gets a WAV file and prints the words."
)
@option("--all", "everything", is_flag=True, group="Output", help="Show the timeline of each call.")
@option("--junit", type=OUTPUT, metavar="FILE", group="Output", help="Write a JUnit report.")
@option("--json", "as_json", is_flag=True, group="Output", help="Print JSON, with the timeline of each call.")
def command() -> int:
    """Let scripted callers talk with a running voice agent.

    FILE (YAML or JSON) has the callers, what each says and presses, and what it expects. The agent is reached over its
    WebSocket, as the platform does it, in real time.
    """
    from nccodsl.cli.test_agent import AgentOptions, run

    return run(parsed(AgentOptions))
