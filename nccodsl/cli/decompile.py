"""`decompile` at the command line: what is read, written and told."""

from __future__ import annotations

import json
import os

import click

from nccodsl.base.plural import counted
from nccodsl.base.record import Record
from nccodsl.cli.inputs import read_input
from nccodsl.cli.output import same_file, say, show, write_whole
from nccodsl.decompiler.to_script import Decompiled, decompile_text
from nccodsl.diagnostics import Diagnostic
from nccodsl.errors import ProofFailed, ScriptError

INTERNAL = 70  # EX_SOFTWARE of sysexits.h


class DecompileOptions(Record):
    """What the command line asks for."""

    file: str
    params: bool
    rows: str | None
    lenient: bool
    api: str | None
    output: str | None


def write_scripts(wanted: DecompileOptions) -> int:
    """Decompile a file and write the outcome; the exit code."""
    _refuse_wrong_usage(wanted)
    output = wanted.output
    folder = output is not None and os.path.isdir(output)  # noqa: PTH112
    if folder and wanted.params:
        raise click.UsageError("--params writes one script: --output must be a file.")
    try:
        text, name = read_input(wanted.file)
        result = decompile_text(name, text, api=wanted.api, params=wanted.params, lenient=wanted.lenient, apart=folder)
    except ScriptError as error:
        show(error.diagnostics)
        return 1
    except ProofFailed as fault:
        mistake = "This is a bug in nccodsl; please report it with the document."
        say(f"cannot decompile {wanted.file}: {fault}. {mistake}")
        return INTERNAL
    show(result.diagnostics)
    if not result.scripts:
        _advise(result.diagnostics, params=wanted.params, lenient=wanted.lenient)
        return 1
    if folder and output is not None:
        _write_each(result, name, output)
    else:
        write_whole(output, result.scripts[0].encode())
    if wanted.rows is not None:
        written = (json.dumps(row, ensure_ascii=False) + "\n" for row in result.rows)
        write_whole(wanted.rows, "".join(written).encode())
    if result.lacking:
        say("Fix these problems before you compile the script:")
        show(result.lacking)
    return 1 if result.lacking else 0


def _refuse_wrong_usage(wanted: DecompileOptions) -> None:
    if wanted.rows is not None and not wanted.params:
        raise click.UsageError("--rows requires --params.")
    for one, other in ((wanted.file, wanted.output), (wanted.file, wanted.rows), (wanted.output, wanted.rows)):
        if same_file(one, other):
            raise click.UsageError(f"{one} is given twice: use different files.")


def _write_each(result: Decompiled, name: str, folder: str) -> None:
    stem = os.path.basename(name).partition(".")[0].strip("<>") or "document"  # noqa: PTH119
    digits = len(str(len(result.scripts)))
    for number, script in enumerate(result.scripts, 1):
        write_whole(os.path.join(folder, f"{stem}-{number:0{digits}}.call"), script.encode())  # noqa: PTH118
    say(f"wrote {counted(len(result.scripts), 'script')} to {folder}")


def _advise(found: tuple[Diagnostic, ...], *, params: bool, lenient: bool) -> None:
    """Say which option would help."""
    # What is no document, or too much for a script, cannot be kept with `raw` either.
    keepable = [one for one in found if one.is_error and one.code[:2] != "E1" and one.code not in ("E318", "E605")]
    if keepable and not lenient:
        placeholders = "" if params else "; --params turns placeholders into params"
        say(f"Nothing was written. --lenient keeps invalid parts as `raw`{placeholders}.")
