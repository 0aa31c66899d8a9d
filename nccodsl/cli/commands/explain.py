"""`nccodsl explain`: the page of a code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from nccodsl.cli.output import print_out

if TYPE_CHECKING:
    from nccodsl.diagnostics import Code


@click.command("explain")
@click.argument("code", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(code: str | None, as_json: bool) -> None:
    """Explain the CODE of a message, such as E304; without one, list all codes."""
    if code is None:
        _list(as_json)
        return
    known = _known(code)
    if as_json:
        _print_json({**_data(known), "page": _page(known)})
    else:
        _show(_page(known) + _standing(known))


def _list(as_json: bool) -> None:
    from nccodsl.diagnostics import REGISTER

    if as_json:
        _print_json([_data(code) for code in REGISTER])
    else:
        rows = (f"{row.id}  {row.name:<32}  {row.title}{_unless_stable(row)}" for row in REGISTER.values())
        print_out("\n".join(rows))


def _known(code: str) -> str:
    """The code that is meant by a code or a name. Raises UsageError."""
    from nccodsl.diagnostics import REGISTER, nearest

    wanted = code.strip()
    by_name = {row.name: row.id for row in REGISTER.values()}
    known = by_name.get(wanted.lower(), wanted.upper())
    if known not in REGISTER:
        hit = nearest(wanted, [*REGISTER, *by_name])
        hint = f" Did you mean {hit}?" if hit else " `nccodsl explain` lists them all."
        raise click.UsageError(f"There is no code {wanted!r}.{hint}")
    return known


def _data(code: str) -> dict[str, str]:
    from nccodsl.diagnostics import REGISTER

    row = REGISTER[code]
    return {**row._asdict(), "severity": row.severity.value}


def _print_json(data: object) -> None:
    import json

    print_out(json.dumps(data, indent=2))


def _standing(code: str) -> str:
    """The last line of a page: what becomes of a run with such a finding, and how firm the code is."""
    from nccodsl.diagnostics import REGISTER

    row = REGISTER[code]
    return f"\nSeverity: {row.severity.value}. Status: {row.status}, since version {row.since}.\n"


def _unless_stable(row: Code) -> str:
    return "" if row.status == "stable" else f" ({row.status})"


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
