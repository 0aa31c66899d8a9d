"""`nccodsl explain`: the page of a code."""

from __future__ import annotations

import click

from nccodsl.cli.output import print_out


@click.command("explain")
@click.argument("code", required=False)
def command(code: str | None) -> None:
    """Explain the CODE of a message, such as E304; without one, list all codes."""
    from nccodsl.diagnostics import REGISTER, nearest

    if code is None:
        print_out("\n".join(f"{row.id}  {row.name:<32}  {row.title}" for row in REGISTER.values()))
        return
    wanted = code.strip()
    by_name = {row.name: row.id for row in REGISTER.values()}
    known = by_name.get(wanted.lower(), wanted.upper())
    if known not in REGISTER:
        hit = nearest(wanted, [*REGISTER, *by_name])
        hint = f" Did you mean {hit}?" if hit else " `nccodsl explain` lists them all."
        raise click.UsageError(f"There is no code {wanted!r}.{hint}")
    _show(_page(known))


def _page(code: str) -> str:
    from importlib.resources import files

    from nccodsl.diagnostics import REGISTER

    try:
        return (files("nccodsl.diagnostics") / "pages" / f"{code}.md").read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        row = REGISTER[code]
        return f"# {row.id}: {row.name}\n\n{row.title[0].upper()}{row.title[1:]}.\n"


def _show(page: str) -> None:
    import os
    import sys

    if not sys.stdout.isatty():
        print_out(page.removesuffix("\n"))
        return
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console(width=min(Console().width, 100), no_color=bool(os.environ.get("NO_COLOR")))
    console.print(Markdown(page))
