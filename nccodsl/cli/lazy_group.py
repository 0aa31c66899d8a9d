"""A group whose commands are imported when they are called. Imports nothing but click, so that `--help` is quick."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from keyword import iskeyword

import click


class LazyGroup(click.Group):
    """Commands in the package `home`, one module each, called as the command is.

    It has `_` for `-`, and behind a word of Python.
    """

    home: str
    lines: Mapping[str, str]
    """Names of commands, and their lines in the help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.lines)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.lines:
            return None
        module = cmd_name.replace("-", "_") + "_" * iskeyword(cmd_name)
        command: click.Command = import_module(f"{self.home}.{module}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        room = formatter.width - 6 - max(map(len, self.lines))
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.fitted(line, room)) for name, line in self.lines.items()])

    def fitted(self, line: str, room: int) -> str:
        """A line of the help as it is shown in so many columns: here whole, on several lines if need be."""
        return line

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in self.lines and not name.startswith("-"):
            from nccodsl.diagnostics.suggest import nearest

            hit = nearest(name, self.lines)
            ctx.fail(f"No such command {name!r}." + (f" Did you mean {hit!r}?" if hit else ""))
        return super().resolve_command(ctx, args)
