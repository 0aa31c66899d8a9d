"""`nccodsl check`: every finding about scripts, and the fixing of what can be fixed safely."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from nccodsl.cli.click_options import ANYTHING, format_options, one_standard_input

if TYPE_CHECKING:
    from nccodsl.diagnostics import Diagnostic


@click.command("check")
@click.argument("paths", nargs=-1, required=True, type=ANYTHING, metavar="FILE…")
@format_options
@click.option("--fix", is_flag=True, help="Mend what can be mended safely. With `-` the mended text is printed.")
def command(paths: tuple[str, ...], form: str, strict: bool, fix: bool) -> None:
    """Check scripts. Of a folder, all `*.call` files in it and below."""
    from nccodsl.cli.output import STDIN
    from nccodsl.cli.report import report
    from nccodsl.cli.script_files import scripts_in

    one_standard_input(*paths)
    if fix and STDIN in paths and (form != "text" or len(paths) > 1):
        raise click.UsageError("with --fix, `-` stands alone and the format is text: the mended script is printed.")
    files = scripts_in(paths)
    if not files:
        raise click.UsageError(f"no *.call file in {', '.join(paths)}")
    found: list[Diagnostic] = []
    fixed = 0
    for path in files:
        if fix:
            from nccodsl.cli.check import fix_file

            count, left = fix_file(path)
            fixed += count
        else:
            left = _check(path)
        found.extend(left)
    report(found, form, strict=strict, files=len(files), fixed=fixed)


def _check(path: str) -> list[Diagnostic]:
    from pathlib import Path

    from nccodsl.api import check
    from nccodsl.cli.inputs import read_input, script_text
    from nccodsl.cli.output import STDIN, STDIN_NAME
    from nccodsl.errors import ScriptError

    if path != STDIN:
        return check(Path(path), name=path)
    try:
        return check(script_text(read_input(path)[0]), name=STDIN_NAME)
    except ScriptError as error:
        return error.diagnostics
