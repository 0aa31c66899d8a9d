"""`nccodsl fmt`: every script in its one layout."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from nccodsl.cli.click_options import ANYTHING, one_standard_input

if TYPE_CHECKING:
    from nccodsl.cli.fmt import FormatOutcome

INTERNAL = 70  # EX_SOFTWARE of sysexits.h


@click.command("fmt")
@click.argument("paths", nargs=-1, required=True, type=ANYTHING, metavar="FILE…")
@click.option("--check", "checking", is_flag=True, help="Write nothing; leave with 1 if a file would change.")
@click.option("--diff", "showing", is_flag=True, help="Write nothing; print what would change.")
@click.option(
    "--width",
    type=click.IntRange(min=1),
    metavar="N",
    default=100,
    show_default=True,
    help="Longest line; strings, expressions and comments behind a line may be longer.",
)
def command(paths: tuple[str, ...], checking: bool, showing: bool, width: int) -> None:
    """Format scripts in place; of a folder, all `*.call` files in it and below. `-` prints the formatted text.

    Only the layout changes: each result is parsed again, and a file whose meaning would change is left alone. Exit
    codes: 0 fine, 1 a script is wrong (or, with --check, would change), 70 a mistake of nccodsl.
    """
    from nccodsl.cli.fmt import FormatOutcome, format_file
    from nccodsl.cli.output import STDIN, say
    from nccodsl.cli.script_files import scripts_in

    one_standard_input(*paths)
    files = scripts_in(paths)
    if not files:
        raise click.UsageError(f"no *.call file in {', '.join(paths)}")
    outcomes = [format_file(path, width, write=not (checking or showing), diff=showing) for path in files]
    if paths != (STDIN,):
        say(_summary(outcomes, "would change" if checking or showing else "formatted"))
    if FormatOutcome.FAULT in outcomes:
        raise SystemExit(INTERNAL)
    if FormatOutcome.WRONG in outcomes or (checking and FormatOutcome.CHANGED in outcomes):
        raise SystemExit(1)


def _summary(outcomes: list[FormatOutcome], changed: str) -> str:
    from nccodsl.cli.fmt import FormatOutcome

    counts = [
        (outcomes.count(FormatOutcome.CHANGED), changed),
        (outcomes.count(FormatOutcome.SAME), "already fine"),
        (outcomes.count(FormatOutcome.WRONG) + outcomes.count(FormatOutcome.FAULT), "left alone"),
    ]
    told = [(count, what) for count, what in counts if count]
    first, *rest = (f"{count} {what}" for count, what in told)
    noun = "file" if told[0][0] == 1 else "files"
    return ", ".join([first.replace(" ", f" {noun} ", 1), *rest])
