"""`decompile` at the command line: what is read, written and told."""

from __future__ import annotations

import json
import os

import click

from nccodsl.cli.inputs import read_input
from nccodsl.cli.output import say, show, write_whole
from nccodsl.decompiler.to_script import Decompiled, decompile_text
from nccodsl.diagnostics import Diagnostic
from nccodsl.errors import ProofFailed, ScriptError

INTERNAL = 70  # EX_SOFTWARE of sysexits.h


def write_scripts(
    path: str, *, params: bool, rows: str | None, lenient: bool, api: str | None, output: str | None
) -> int:
    """Decompile a file and write the outcome; the exit code."""
    folder = output is not None and os.path.isdir(output)  # noqa: PTH112
    if folder and params:
        raise click.UsageError("--params makes one script: --output must be a file.")
    try:
        text, name = read_input(path)
        result = decompile_text(name, text, api=api, params=params, lenient=lenient, apart=folder)
    except ScriptError as error:
        show(error.diagnostics)
        return 1
    except ProofFailed as fault:
        say(f"{path} is not decompiled: {fault}. This is a mistake of nccodsl; please report it with the document.")
        return INTERNAL
    show(result.diagnostics)
    if not result.scripts:
        _advise(result.diagnostics, params=params, lenient=lenient)
        return 1
    if folder and output is not None:
        _write_each(result, name, output)
    else:
        write_whole(output, result.scripts[0].encode())
    if rows is not None:
        written = (json.dumps(row, ensure_ascii=False) + "\n" for row in result.rows)
        write_whole(rows, "".join(written).encode())
    if result.lacking:
        say("The script does not compile before this is mended:")
        show(result.lacking)
    return 1 if result.lacking else 0


def _write_each(result: Decompiled, name: str, folder: str) -> None:
    stem = os.path.basename(name).partition(".")[0].strip("<>") or "document"  # noqa: PTH119
    digits = len(str(len(result.scripts)))
    for number, script in enumerate(result.scripts, 1):
        write_whole(os.path.join(folder, f"{stem}-{number:0{digits}}.call"), script.encode())  # noqa: PTH118
    say(f"{len(result.scripts)} {'script' if len(result.scripts) == 1 else 'scripts'} written to {folder}")


def _advise(found: tuple[Diagnostic, ...], *, params: bool, lenient: bool) -> None:
    """Say which option would help."""
    # What is no document, or too much for a script, cannot be kept with `raw` either.
    keepable = [one for one in found if one.is_error and one.code[:2] != "E1" and one.code not in ("E318", "E605")]
    if keepable and not lenient:
        placeholders = "" if params else "; --params makes parameters of placeholders"
        say(f"Nothing is written. --lenient keeps what is wrong with `raw`{placeholders}.")
