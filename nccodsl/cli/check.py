"""`nccodsl check`: every finding about scripts; with `--fix`, safe fixes round after round until nothing changes."""

from __future__ import annotations

from pathlib import Path

import click

from nccodsl.api import check
from nccodsl.base.record import Record
from nccodsl.cli.click_options import one_standard_input
from nccodsl.cli.inputs import read_input, script_text
from nccodsl.cli.output import STDIN, STDIN_NAME, byte_order_mark, write_whole
from nccodsl.cli.report import report
from nccodsl.cli.script_files import named_scripts
from nccodsl.diagnostics import Diagnostic
from nccodsl.diagnostics.fixes import apply_safe_fixes
from nccodsl.errors import ScriptError

_MOST_ROUNDS = 10


class CheckOptions(Record):
    """What the command line asks for."""

    paths: tuple[str, ...]
    form: str
    strict: bool
    fix: bool


def check_scripts(wanted: CheckOptions) -> int:
    """Print what is wrong in scripts, with `fix` after mending them; the exit code."""
    one_standard_input(*wanted.paths)
    if wanted.fix and STDIN in wanted.paths and (wanted.form != "text" or len(wanted.paths) > 1):
        raise click.UsageError("--fix prints the fixed script when FILE is `-`: give no other FILE and no --format.")
    files = named_scripts(wanted.paths or (".",))
    found: list[Diagnostic] = []
    fixed = 0
    for path in files:
        count, left = fix_file(path) if wanted.fix else (0, _check(path))
        fixed += count
        found.extend(left)
    return report(found, wanted.form, strict=wanted.strict, files=len(files), fixed=fixed)


def _check(path: str) -> list[Diagnostic]:
    if path != STDIN:
        return check(Path(path), name=path)
    try:
        return check(script_text(read_input(path)[0]), name=STDIN_NAME)
    except ScriptError as error:
        return error.diagnostics


def fix_file(path: str) -> tuple[int, list[Diagnostic]]:
    """Mend a file in its place (of standard input, print it); how many fixes, and what is left."""
    if path == STDIN:
        return _fix_input()
    count = 0
    found = check(Path(path), name=path)
    for _ in range(_MOST_ROUNDS):
        text, fixes = _apply(found, path)
        if text is None:
            break
        write_whole(path, byte_order_mark(path) + text.encode())
        count += fixes
        found = check(Path(path), name=path)
    return count, found


def _fix_input() -> tuple[int, list[Diagnostic]]:
    try:
        text = read_input(STDIN)[0]
    except ScriptError as error:
        return 0, error.diagnostics
    count = 0
    found = check(script_text(text), name=STDIN_NAME)
    for _ in range(_MOST_ROUNDS):
        better, fixes = _apply(found, STDIN_NAME)
        if better is None:
            break
        text = better
        count += fixes
        found = check(script_text(text), name=STDIN_NAME)
    write_whole(None, text.encode())
    return count, found


def _apply(found: list[Diagnostic], name: str) -> tuple[str | None, int]:
    """The mended text; None where nothing can be mended. Files that the script includes are left alone."""
    for finding in found:
        if finding.file is not None and finding.file.name == name:
            text, count = apply_safe_fixes(found, finding.file)
            return (text, count) if count else (None, 0)
    return None, 0
