"""Diagnostics as JSON, for programs. The members are a contract: new ones may come, none goes or changes its type."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from nccodsl.base.source import SourceFile, Span
from nccodsl.diagnostics.diagnostic import Diagnostic
from nccodsl.diagnostics.fixes import fits
from nccodsl.diagnostics.printers.text import well_formed


def as_json(diagnostics: Sequence[Diagnostic]) -> str:
    """One object with all findings; ASCII only, so no reader and no terminal can stumble over it."""
    return json.dumps(json_object(diagnostics), indent=2) + "\n"


def json_object(diagnostics: Sequence[Diagnostic]) -> dict[str, Any]:
    """All findings, and how many of them are errors and warnings."""
    errors = sum(found.is_error for found in diagnostics)
    return {
        "diagnostics": [_finding(found) for found in diagnostics],
        "errors": errors,
        "warnings": len(diagnostics) - errors,
    }


def _finding(found: Diagnostic) -> dict[str, Any]:
    (line, column), (end_line, end_column) = found.start, found.end
    finding: dict[str, Any] = {
        "code": found.code,
        "severity": found.severity.value,
        "file": None if found.file is None else well_formed(found.file.name),
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "message": well_formed(found.message),
        "help": None if found.help is None else well_formed(found.help),
        "fix": _fix(found),
    }
    if found.path is not None:
        finding["path"] = well_formed(found.path)
    return finding


def _fix(found: Diagnostic) -> dict[str, Any] | None:
    if found.fix is None or found.file is None or not fits(found.fix, found.file):
        return None
    return {
        "title": well_formed(found.fix.title),
        "safe": found.fix.safe,
        "edits": [{**_place(found.file, edit.span), "text": well_formed(edit.text)} for edit in found.fix.edits],
    }


def _place(file: SourceFile, span: Span) -> dict[str, int]:
    (line, column), (end_line, end_column) = file.line_column(span.start), file.line_column(span.end)
    return {"line": line, "column": column, "end_line": end_line, "end_column": end_column}
