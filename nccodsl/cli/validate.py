"""`nccodsl validate`: JSON documents judged, file by file."""

from __future__ import annotations

from nccodsl.base.record import Record
from nccodsl.cli.given import one_standard_input
from nccodsl.cli.inputs import read_input
from nccodsl.cli.report import report
from nccodsl.diagnostics import Diagnostic
from nccodsl.documents.validate import validate_text
from nccodsl.errors import ScriptError


class ValidateOptions(Record):
    """What the command line asks for."""

    paths: tuple[str, ...]
    api: str | None
    form: str
    strict: bool


def validate_files(wanted: ValidateOptions) -> int:
    """Print what is wrong with documents; the exit code."""
    one_standard_input(*wanted.paths)
    found = [finding for path in wanted.paths for finding in _validated(path, wanted.api)]
    return report(found, wanted.form, strict=wanted.strict, files=len(wanted.paths))


def _validated(path: str, api: str | None) -> list[Diagnostic]:
    try:
        text, name = read_input(path)
    except ScriptError as error:
        return error.diagnostics
    return validate_text(name, text, api)
