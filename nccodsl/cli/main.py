"""The group of commands. Owns: which commands there are. Imports nothing but click, so that `--help` is quick."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

import click

from nccodsl import __version__

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("init", "Write a first project that compiles."),
    "compile": ("compile", "Turn a script into NCCO JSON or a whole call body."),
    "check": ("check", "Say what is wrong in scripts, and mend what can be mended."),
    "simulate": ("simulate", "Be at the phone while a script runs."),
    "test": ("test", "Run the tests that stand in scripts, in virtual time."),
    "decompile": ("decompile", "Turn NCCO JSON or a call body into a script."),
    "fmt": ("fmt", "Give scripts their one layout."),
    "validate": ("validate", "Judge NCCOs and call bodies that are JSON already."),
    "call": ("call", "Place the call of a script, for real or emulated."),
    "calls": ("calls", "Look at calls, and steer those that run."),
    "serve": ("serve", "Answer the webhooks of scripts that talk back."),
    "emulator": ("emulator", "Serve an emulated Voice API to programs of any language."),
    "shaken": ("shaken", "Sign, inspect and verify SHAKEN passports."),
    "describe": ("describe", "Say in plain words what a script's call does."),
    "graph": ("graph", "Draw the steps of a script, and what leads to what."),
    "schema": ("schema", "Print a JSON Schema of NCCOs, call bodies or a script's params."),
    "explain": ("explain", "Explain the code of a message."),
}
"""Name of a command: module below `commands`, and its line in the help."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        # Asked for the width itself, click imports `shutil` and with it every compression library.
        extra.setdefault("terminal_width", min(_columns(), 100) - 2)
        return super().make_context(info_name, args, parent, **extra)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"nccodsl.cli.commands.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, help) for name, (_, help) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from nccodsl.diagnostics.suggest import nearest

            hit = nearest(name, COMMANDS)
            ctx.fail(f"No such command {name!r}." + (f" Did you mean {hit!r}?" if hit else ""))
        return super().resolve_command(ctx, args)


def _columns() -> int:
    """The width of the terminal; 80 where there is none."""
    given = os.environ.get("COLUMNS", "")
    try:
        return max(int(given) if given.isdecimal() else os.get_terminal_size(1).columns, 52)
    except OSError:
        return 80


@click.command(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Every FILE may be `-`, standard input. Exit codes: 0 fine, 1 the script is wrong, 2 wrong usage.",
)
@click.version_option(__version__, message="nccodsl %(version)s")
def cli() -> None:
    """Phone calls written in a small language, compiled to validated Vonage NCCO JSON."""
