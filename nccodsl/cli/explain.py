"""`nccodsl explain`: the register of codes, and the page of each."""

from __future__ import annotations

import os
import sys
from importlib.resources import files

import click

from nccodsl.base.record import Record
from nccodsl.cli.output import print_out
from nccodsl.diagnostics import REGISTER, Code, nearest


class ExplainOptions(Record):
    """What the command line asks for: a code or its name, or None for all; as JSON, or for people."""

    code: str | None
    as_json: bool


def explain(wanted: ExplainOptions) -> int:
    """Print the page of a code, or a line for each; the exit code."""
    if wanted.code is None:
        _list(wanted.as_json)
        return 0
    row = REGISTER[_known(wanted.code.strip())]
    if wanted.as_json:
        print_out({**_data(row), "page": _page(row)})
    else:
        _show(_page(row) + _standing(row))
    return 0


def _list(as_json: bool) -> None:
    if as_json:
        print_out([_data(row) for row in REGISTER.values()])
    else:
        rows = (f"{row.id}  {row.name:<32}  {row.title}{_unless_stable(row)}" for row in REGISTER.values())
        print_out("\n".join(rows))


def _unless_stable(row: Code) -> str:
    return "" if row.status == "stable" else f" ({row.status})"


def _data(row: Code) -> dict[str, str]:
    return {**row._asdict(), "severity": row.severity.value}


def _standing(row: Code) -> str:
    """The last line of a page: what becomes of a run with such a finding, and how firm the code is."""
    return f"\nSeverity: {row.severity.value}. Status: {row.status}, since version {row.since}.\n"


def _known(word: str) -> str:
    """The code that a word means. Raises UsageError."""
    by_name = {row.name: row.id for row in REGISTER.values()}
    code = by_name.get(word.lower(), word.upper())
    if code not in REGISTER:
        hit = nearest(word, [*REGISTER, *by_name])
        hint = f" Did you mean {hit}?" if hit else " `nccodsl explain` lists them all."
        raise click.UsageError(f"There is no code {word!r}.{hint}")
    return code


def _page(row: Code) -> str:
    try:
        return (files("nccodsl.diagnostics") / "pages" / f"{row.id}.md").read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return f"# {row.id}: {row.name}\n\n{row.title[0].upper()}{row.title[1:]}.\n"


def _show(page: str) -> None:
    if not sys.stdout.isatty():
        print_out(page.removesuffix("\n"))
        return
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console(width=min(Console().width, 100), no_color=bool(os.environ.get("NO_COLOR")))
    console.print(Markdown(page))
