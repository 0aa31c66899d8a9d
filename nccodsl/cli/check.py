"""`nccodsl check`: every problem in scripts; with `--fix`, fixes round after round until nothing changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from nccodsl.api import check
from nccodsl.base.record import Record
from nccodsl.cli.given import one_standard_input
from nccodsl.cli.inputs import read_input, script_text
from nccodsl.cli.output import STDIN, STDIN_NAME, byte_order_mark, say, write_whole
from nccodsl.cli.report import report
from nccodsl.cli.script_files import named_scripts
from nccodsl.diagnostics import Diagnostic
from nccodsl.diagnostics.fixes import apply_fixes
from nccodsl.errors import ScriptError

_MOST_ROUNDS = 10


class CheckOptions(Record):
    """What the command line asks for."""

    paths: tuple[str, ...]
    api: str
    form: str
    strict: bool
    fix: bool
    unsafe_fixes: bool
    watch: bool = False


def check_scripts(wanted: CheckOptions) -> int:
    """Print what is wrong in scripts, after fixing what is asked for; the exit code."""
    fixing = wanted.fix or wanted.unsafe_fixes
    if wanted.watch:
        if fixing:
            from click import UsageError

            raise UsageError("--watch changes no files: leave out --fix and --unsafe-fixes.")
        from nccodsl.cli.check_watch import watch_scripts

        return watch_scripts(wanted.paths, wanted.api, wanted.form)
    one_standard_input(*wanted.paths)
    if fixing and STDIN in wanted.paths and (wanted.form != "text" or len(wanted.paths) > 1):
        from click import UsageError

        raise UsageError("--fix prints the fixed script when FILE is `-`: give no other FILE and no --format.")
    files = named_scripts(wanted.paths or (".",))
    found: list[Diagnostic] = []
    fixed = 0
    for path in files:
        if fixing:
            count, left = fix_file(path, wanted.api, unsafe=wanted.unsafe_fixes)
        else:
            count, left = 0, _check(path, wanted.api)
        fixed += count
        found.extend(left)
    code = report(found, wanted.form, strict=wanted.strict, files=len(files), fixed=fixed, fixable=True)
    if wanted.form == "text" and not code:
        from nccodsl.cli.counted_starts import starts_noted

        for line in starts_noted(files):
            say(line)
    return code


def _check(path: str, api: str) -> list[Diagnostic]:
    if path != STDIN:
        return check(Path(path), name=path, api=api)
    try:
        return check(script_text(read_input(path)[0]), name=STDIN_NAME, api=api)
    except ScriptError as error:
        return error.diagnostics


def fix_file(path: str, api: str, *, unsafe: bool = False) -> tuple[int, list[Diagnostic]]:
    """Fix a file in its place (of standard input, print it); how many fixes, and what is left."""
    if path == STDIN:
        return _fix_input(api, unsafe)

    def write(text: str) -> None:
        write_whole(path, byte_order_mark(path) + text.encode())

    return _rounds(lambda: check(Path(path), name=path, api=api), write, path, unsafe)


def _fix_input(api: str, unsafe: bool) -> tuple[int, list[Diagnostic]]:
    try:
        texts = [read_input(STDIN)[0]]
    except ScriptError as error:
        return 0, error.diagnostics

    def judge() -> list[Diagnostic]:
        return check(script_text(texts[-1]), name=STDIN_NAME, api=api)

    count, left = _rounds(judge, texts.append, STDIN_NAME, unsafe)
    write_whole(None, texts[-1].encode())
    return count, left


def _rounds(
    judge: Callable[[], list[Diagnostic]], write: Callable[[str], None], name: str, unsafe: bool
) -> tuple[int, list[Diagnostic]]:
    """Fix the file `name` again and again, as a fix can bring others; how many fixes, and what is left.

    Files that the script includes are left alone.
    """
    count = 0
    first: str | None = None
    found = judge()
    for _ in range(_MOST_ROUNDS):
        file = next((one.file for one in found if one.file is not None and one.file.name == name), None)
        if file is None:
            break
        first = file.text if first is None else first
        text, fixes = apply_fixes(found, file, unsafe=unsafe)
        if not fixes:
            break
        write(text)
        before, found = found, judge()
        gone = Counter(map(_said, before)) - Counter(map(_said, found))
        if not gone:
            write(file.text)  # it was to no avail
            return count, before
        count += min(fixes, gone.total())
        if text == first:
            count = 0
    return count, found


def _said(found: Diagnostic) -> tuple[str, str]:
    return found.code, found.message
