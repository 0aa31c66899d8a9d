"""`nccodsl explain`: the register of codes and the page of each, and those of the library."""

from __future__ import annotations

import os
import sys

import click

from nccodsl.analysis.lint.registry import every_code, lint_of
from nccodsl.base.record import Record
from nccodsl.cli.output import print_out
from nccodsl.diagnostics import Code, Severity, nearest
from nccodsl.diagnostics.code_page import code_page
from nccodsl.std import LIBRARY, library_names


class ExplainOptions(Record):
    """What the command line asks for: a code or its name, `std` or a file of it, or None for all codes; the form."""

    code: str | None
    as_json: bool


def explain(wanted: ExplainOptions) -> int:
    """Print the page of a code, or a line for each; the exit code."""
    if wanted.code is None:
        _list(wanted.as_json)
        return 0
    word = wanted.code.strip()
    if word.partition("/")[0] == LIBRARY:
        _explain_library(word.removesuffix(".call"), wanted.as_json)
        return 0
    row = every_code()[_known(word)]
    if wanted.as_json:
        print_out({**_data(row), "page": code_page(row)})
    else:
        _show(code_page(row) + _standing(row))
    return 0


def _list(as_json: bool) -> None:
    if as_json:
        print_out([_data(row) for row in every_code().values()])
    else:
        rows = (f"{row.id}  {row.name:<32}  {row.title}{_unless_stable(row)}" for row in every_code().values())
        print_out("\n".join(rows))


def _explain_library(word: str, as_json: bool) -> None:
    """List the library, or show the page of a file. Raises UsageError."""
    from nccodsl.cli.library_pages import library_page, page_data, page_text

    names = library_names()
    if word == LIBRARY:
        pages = [library_page(name) for name in names]
        if as_json:
            print_out([page_data(page) for page in pages])
        else:
            print_out("\n".join(f"{page.name:<{max(map(len, names))}}  {page.words[0]}" for page in pages))
        return
    if word not in names:
        hit = nearest(word, names)
        hint = f" Did you mean {hit}?" if hit else f" `nccodsl explain {LIBRARY}` lists it."
        raise click.UsageError(f"the library has no {word!r}.{hint}")
    page = library_page(word)
    if as_json:
        print_out({**page_data(page), "page": page_text(page)})
    else:
        _show(page_text(page))


def _unless_stable(row: Code) -> str:
    return "" if row.status == "stable" else f" ({row.status})"


def _data(row: Code) -> dict[str, object]:
    rule = lint_of(row.id)
    lint = {"concern": rule.concern, "fix": rule.fix} if rule else None
    return {**row._asdict(), "severity": row.severity.value, "lint": lint}


def _standing(row: Code) -> str:
    """The end of a page: what becomes of a run with such a finding, how firm the code is, and how to ignore it."""
    rule = lint_of(row.id)
    lines = [
        f"Severity: {row.severity.value}. Status: {row.status}, since version {row.since}.",
        f"Lint: {rule.concern}; fix: {rule.fix or 'none'}." if rule else "",
        f"To ignore it on a line: `# nccodsl: ignore {row.id}`." if row.severity is Severity.WARNING else "",
    ]
    return "\n" + " ".join(filter(None, lines)) + "\n"


def _known(word: str) -> str:
    """The code that a word means. Raises UsageError."""
    by_name = {row.name: row.id for row in every_code().values()}
    code = by_name.get(word.lower(), word.upper())
    if code not in every_code():
        hit = nearest(word, [*every_code(), *by_name])
        hint = f" Did you mean {hit}?" if hit else " `nccodsl explain` lists them all."
        raise click.UsageError(f"no such code: {word!r}.{hint}")
    return code


def _show(page: str) -> None:
    if not sys.stdout.isatty():
        print_out(page.removesuffix("\n"))
        return
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console(width=min(Console().width, 100), no_color=bool(os.environ.get("NO_COLOR")))
    console.print(Markdown(page))
