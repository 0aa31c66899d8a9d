"""The group of commands. Owns: which commands there are."""

from __future__ import annotations

import os
from typing import Any

import click

from nccodsl import __version__
from nccodsl.cli.lazy_group import LazyGroup

COMMANDS = {
    "init": "Write a first project that compiles.",
    "compile": "Turn a script into NCCO JSON or a whole call body.",
    "check": "Say what is wrong in scripts, and mend what can be mended.",
    "simulate": "Be at the phone while a script runs.",
    "test": "Run the tests that stand in scripts, in virtual time.",
    "decompile": "Turn NCCO JSON or a call body into a script.",
    "fmt": "Give scripts their one layout.",
    "validate": "Judge NCCOs and call bodies that are JSON already.",
    "call": "Place the call of a script, for real or emulated.",
    "calls": "Look at calls, and steer those that run.",
    "serve": "Answer the webhooks of scripts that talk back.",
    "emulator": "Serve an emulated Voice API to programs of any language.",
    "shaken": "Sign, inspect and verify SHAKEN passports.",
    "describe": "Say in plain words what a script's call does.",
    "graph": "Draw the steps of a script, and what leads to what.",
    "schema": "Print a JSON Schema of NCCOs, call bodies or a script's params.",
    "explain": "Explain the code of a message.",
}
"""Name of a command, and its line in the help."""


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


def _columns() -> int:
    """The width of the terminal; 80 where there is none."""
    given = os.environ.get("COLUMNS", "")
    try:
        return max(int(given) if given.isdecimal() else os.get_terminal_size(1).columns, 52)
    except OSError:
        return 80


@click.command(
    cls=MainGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Every FILE may be `-`, standard input. Exit codes: 0 fine, 1 the script is wrong, 2 wrong usage.",
)
@click.version_option(__version__, message="nccodsl %(version)s")
def cli() -> None:
    """Phone calls written in a small language, compiled to validated Vonage NCCO JSON."""
