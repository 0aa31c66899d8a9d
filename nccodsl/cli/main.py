"""The group of commands. Owns: which commands there are."""

from __future__ import annotations

import os
from typing import Any

import click

from nccodsl import __version__
from nccodsl.cli.lazy_group import LazyGroup

SECTIONS = {
    "Write": {
        "init": "Create a project, or copy an example.",
        "check": "Report errors and warnings in scripts, and fix them.",
        "fmt": "Format scripts.",
        "explain": "Explain an error code, or a file of the library.",
        "describe": "Describe a script's call in plain words.",
        "texts": "Update and check the translations of scripts.",
        "schema": "Print a JSON Schema: NCCOs, call bodies, params, settings or campaigns.",
        "lsp": "Serve an editor over the Language Server Protocol.",
    },
    "Try": {
        "studio": "Edit, hear and test scripts in the browser.",
        "simulate": "Play a call in the terminal.",
        "test": "Run the tests in scripts, in virtual time.",
        "test-agent": "Let scripted callers talk with a running voice agent.",
        "dap": "Debug the call of a script in an editor.",
        "diff": "Report what callers notice when a script changes.",
        "emulator": "Serve an emulated Voice API for programs in any language.",
        "graph": "Draw the steps of a script and how they connect.",
    },
    "Run": {
        "compile": "Compile a script to NCCO JSON or a call body.",
        "call": "Place a script's call, for real or emulated.",
        "calls": "List, inspect and control calls.",
        "campaign": "Call many recipients with one script, each at most once at a time.",
        "serve": "Answer the webhooks of interactive scripts.",
        "outbox": "List, retry and drop requests to other systems.",
        "suppress": "List, add and remove numbers that opted out.",
        "shaken": "Sign, inspect and verify SHAKEN passports.",
    },
    "From JSON": {
        "validate": "Check NCCOs and call bodies in JSON.",
        "decompile": "Convert NCCO JSON or a call body to a script.",
    },
}
"""The commands by what they are for: the name of each, and its line in the help."""
COMMANDS = {name: line for section in SECTIONS.values() for name, line in section.items()}


class MainGroup(LazyGroup):
    """All commands."""

    home = "nccodsl.cli.commands"
    lines = COMMANDS

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        # Asked for the width itself, click imports `shutil` and with it every compression library.
        extra.setdefault("terminal_width", min(_columns(), 100) - 2)
        return super().make_context(info_name, args, parent, **extra)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        longest = max(map(len, COMMANDS))
        for title, commands in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(longest), line) for name, line in commands.items()])


def _columns() -> int:
    """The width of the terminal, or 80."""
    given = os.environ.get("COLUMNS", "")
    try:
        return max(int(given) if given.isdecimal() else os.get_terminal_size(1).columns, 52)
    except OSError:
        return 80


@click.command(
    cls=MainGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Every FILE may be `-`, standard input. Exit codes: 0 success, 1 errors in a script, 2 wrong usage.",
)
@click.version_option(__version__, message="nccodsl %(version)s")
def cli() -> None:
    """Describe phone calls in .call scripts: compile them to validated Vonage NCCO JSON, test them, and place them."""
