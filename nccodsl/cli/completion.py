"""What a shell offers on TAB: scripts, codes, examples, personas and faults. Each is looked up only when asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Complete = Callable[[click.Context, click.Parameter, str], "list[CompletionItem]"]


class ScriptPath(click.Path):
    """A file that is a script, or a folder: completes `*.call` files and folders."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        scripts = sorted(_scripts(incomplete))
        if not any(name.endswith(".call") for name in scripts):
            # The shell goes down into folders itself, without a space behind their names.
            return [CompletionItem(incomplete, type="file")]
        return [CompletionItem(name) for name in scripts]


def complete_served(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Scripts, as for other commands."""
    return ScriptPath().shell_complete(ctx, param, incomplete)


def _scripts(incomplete: str) -> Iterable[str]:
    """Scripts and folders whose path begins with what is typed."""
    folder, start = os.path.split(incomplete)
    try:
        with os.scandir(folder or ".") as entries:
            for entry in entries:
                path = os.path.join(folder, entry.name)  # noqa: PTH118
                if entry.name.startswith(start) and (start or not entry.name.startswith(".")):
                    if entry.is_dir():
                        yield f"{path}/"
                    elif path.endswith(".call"):
                        yield path
    except OSError:
        return


def _offer(known: Iterable[tuple[str, str]], incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(name, help=about) for name, about in known if name.startswith(incomplete)]


def complete_code(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Codes such as E304, or names where no code begins so; files of the library behind `std`."""
    from nccodsl.analysis.lint.registry import every_code
    from nccodsl.std import LIBRARY, library_names

    if incomplete.startswith(LIBRARY):
        return _offer(((name, "") for name in (LIBRARY, *library_names())), incomplete)
    codes = every_code().values()
    by_code = _offer(((row.id, row.title) for row in codes), incomplete.upper())
    return by_code or _offer(((row.name, row.title) for row in codes), incomplete.lower())


def complete_example(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of examples."""
    from nccodsl.cli.init import examples

    return _offer(((name, "") for name in examples()), incomplete)


def complete_persona(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Built-in personas; files where none begins so."""
    from click.shell_completion import CompletionItem

    from nccodsl.cli.emulation_help import PERSONAS

    return _offer(PERSONAS.items(), incomplete) or [CompletionItem(incomplete, type="file")]


def complete_fault(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Faults of the emulator."""
    from nccodsl.emulator.core.faults import FAULTS

    return _offer(FAULTS.items(), incomplete)
