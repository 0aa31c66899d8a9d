"""`nccodsl explain`: the register of codes, and the page of each."""

from __future__ import annotations

import os
import sys
from importlib.resources import files

import click

from nccodsl.base.record import Record
from nccodsl.cli.output import print_out
from nccodsl.diagnostics import REGISTER, nearest


class ExplainOptions(Record):
    """What the command line asks for: a code or its name, or None for all."""

    code: str | None


def explain(wanted: ExplainOptions) -> int:
    """Print the page of a code, or a line for each; the exit code."""
    if wanted.code is None:
        print_out("\n".join(f"{row.id}  {row.name:<32}  {row.title}" for row in REGISTER.values()))
    else:
        _show(_page(_known(wanted.code.strip())))
    return 0


def _known(word: str) -> str:
    """The code that a word means. Raises UsageError."""
    by_name = {row.name: row.id for row in REGISTER.values()}
    code = by_name.get(word.lower(), word.upper())
    if code not in REGISTER:
        hit = nearest(word, [*REGISTER, *by_name])
        hint = f" Did you mean {hit}?" if hit else " `nccodsl explain` lists them all."
        raise click.UsageError(f"There is no code {word!r}.{hint}")
    return code


def _page(code: str) -> str:
    try:
        return (files("nccodsl.diagnostics") / "pages" / f"{code}.md").read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        row = REGISTER[code]
        return f"# {row.id}: {row.name}\n\n{row.title[0].upper()}{row.title[1:]}.\n"


def _show(page: str) -> None:
    if not sys.stdout.isatty():
        print_out(page.removesuffix("\n"))
        return
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console(width=min(Console().width, 100), no_color=bool(os.environ.get("NO_COLOR")))
    console.print(Markdown(page))
