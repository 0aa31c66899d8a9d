"""`nccodsl compile`: a script becomes JSON, once or for every row of a table."""

from __future__ import annotations

import json
import os
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from nccodsl.base.record import Record
from nccodsl.cli.given import GivenValues, not_overwritten, one_standard_input, values_from
from nccodsl.cli.inputs import load_flow
from nccodsl.cli.output import same_file, script_errors, show, write_whole
from nccodsl.io.output_cache import Asked, Read

if TYPE_CHECKING:
    from nccodsl.cli.table_rows import Render
    from nccodsl.lowering.compiled import Compiled
    from nccodsl.runtime.runnable import Runnable


class CompileOptions(Record):
    """What the command line asks for; `whole` is the whole call body."""

    file: str
    whole: bool
    api: str
    values: GivenValues
    at: datetime | None
    pseudo: bool
    compact: bool
    rows: str | None
    errors: str | None
    base_url: str | None
    everything: bool
    output: str | None
    uncached: bool


def compile_as_asked(wanted: CompileOptions) -> int:
    """What `compile_script` does, for options that may contradict each other; the exit code. Raises UsageError."""
    from click import get_current_context

    _refuse_wrong_usage(wanted)
    return compile_script(wanted, get_current_context().find_object(Asked))


def compile_script(wanted: CompileOptions, asked: Asked | None) -> int:
    """Write the JSON of a script, and keep it where it was `asked` for; the exit code."""
    reads: list[Read] = []
    with script_errors():
        flow = load_flow(wanted.file, at=wanted.at, pseudo=wanted.pseudo, reads=reads)
        values = values_from(wanted.values)
        script = _served(flow, wanted)
        if script is not None and wanted.everything:
            return _write_all(script, values, wanted)
        render = _render(flow, script, wanted)
        if wanted.rows is not None:
            return _compile_rows(flow, wanted.rows, values, wanted, render)
        data = render(values)
    warnings = [*flow.warnings, *flow.aging(), *(flow.call_warnings(wanted.api) if wanted.whole else ())]
    show(warnings)
    written = (data if wanted.compact else _pretty(data)) + b"\n"
    write_whole(wanted.output, written)
    if script is None and not warnings and not wanted.uncached and flow.is_repeatable:
        _keep(asked, flow, reads, written)
    return 0


def _keep(asked: Asked | None, flow: Compiled, reads: list[Read], written: bytes) -> None:
    """Keep the output, if the command is one to keep, and its script has not changed since it was asked for."""
    if asked is not None and flow.program.sources.files[0].text.encode() == asked.text:
        asked.keep(reads, written)


def _refuse_wrong_usage(wanted: CompileOptions) -> None:
    from click import BadParameter, UsageError

    read = (wanted.file, wanted.rows, wanted.values.vars_file)
    output, errors = wanted.output, wanted.errors
    one_standard_input(*read)
    if wanted.everything and (wanted.base_url is None or output is None or wanted.rows is not None or wanted.whole):
        raise UsageError("--all requires --base-url and -o FOLDER, and cannot be combined with --rows or --call.")
    if output is not None and not wanted.everything and os.path.isdir(output):  # noqa: PTH112
        raise BadParameter(f"{output} is a folder", param_hint="'--output'")
    for written in (output, errors):
        not_overwritten(written, *read)
    if errors is not None and wanted.rows is None:
        raise UsageError("--errors requires --rows.")
    if errors == "-":
        raise UsageError("--errors needs a file; failed rows are reported on standard error anyway.")
    if same_file(output, errors):
        raise UsageError("--output and --errors must be different files.")


def _served(flow: Compiled, wanted: CompileOptions) -> Runnable | None:
    """The script at its address on the server that --base-url names. Raises BadParameter."""
    if wanted.base_url is None:
        return None
    from nccodsl.cli.base_url import runnable

    return runnable(flow, wanted.file, wanted.base_url)


def _write_all(script: Runnable, values: dict[str, object], wanted: CompileOptions) -> int:
    from nccodsl.cli.base_url import write_all

    assert wanted.output is not None
    return write_all(script, values, wanted.output)


def _render(flow: Compiled, script: Runnable | None, wanted: CompileOptions) -> Render:
    """What makes the document of some values; with a server, its first NCCO."""
    if script is None:
        return partial(flow.render_json, call=wanted.whole, api=wanted.api)
    from nccodsl.runtime import first_ncco

    return partial(first_ncco.render, script, call=wanted.whole, api=wanted.api)


def _compile_rows(flow: Compiled, rows: str, values: dict[str, object], wanted: CompileOptions, render: Render) -> int:
    from nccodsl.cli.compile_rows import Table, compile_table

    table = Table(rows, values, wanted.whole, wanted.api, wanted.errors, wanted.output)
    return 1 if compile_table(flow, table, render, judge=wanted.base_url is None) else 0


def _pretty(data: bytes) -> bytes:
    return json.dumps(json.loads(data), indent=2, ensure_ascii=False).encode()
