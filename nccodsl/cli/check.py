"""`check --fix`: safe fixes are applied, round after round, until nothing changes."""

from __future__ import annotations

from pathlib import Path

from nccodsl.api import check
from nccodsl.cli.inputs import read_input, script_text
from nccodsl.cli.output import STDIN, STDIN_NAME, byte_order_mark, write_whole
from nccodsl.diagnostics import Diagnostic
from nccodsl.diagnostics.fixes import apply_safe_fixes
from nccodsl.errors import ScriptError

_MOST_ROUNDS = 10


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
