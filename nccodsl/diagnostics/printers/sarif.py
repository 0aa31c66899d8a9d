"""Diagnostics as SARIF 2.1.0, the exchange format of code scanners."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from nccodsl.base.source import SourceFile, Span
from nccodsl.base.version import __version__
from nccodsl.diagnostics.codes import REGISTER
from nccodsl.diagnostics.diagnostic import Diagnostic
from nccodsl.diagnostics.fixes import fits
from nccodsl.diagnostics.printers.text import well_formed

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_sarif(diagnostics: Sequence[Diagnostic]) -> str:
    """One run with all findings, and the rules of which there are findings."""
    codes = sorted({found.code for found in diagnostics})
    run = {
        "tool": {"driver": {"name": "nccodsl", "version": __version__, "rules": [_rule(code) for code in codes]}},
        # Columns count code points, as everywhere in nccodsl; SARIF's own default is UTF-16 units.
        "columnKind": "unicodeCodePoints",
        "results": [_result(found, codes.index(found.code)) for found in diagnostics],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(code: str) -> dict[str, Any]:
    rule: dict[str, Any] = {"id": code}
    if code in REGISTER:
        entry = REGISTER[code]
        rule["name"] = entry.name
        rule["shortDescription"] = {"text": entry.title}
        rule["defaultConfiguration"] = {"level": entry.severity.value}
        rule["properties"] = {"status": entry.status, "since": entry.since}
    return rule


def _result(found: Diagnostic, index: int) -> dict[str, Any]:
    message = f"{found.message}\n{found.help}" if found.help else found.message
    result: dict[str, Any] = {
        "ruleId": found.code,
        "ruleIndex": index,
        "level": found.severity.value,
        "message": {"text": well_formed(message)},
        "locations": [],
    }
    if found.file is not None:
        location: dict[str, Any] = {"physicalLocation": _physical(found.file, found.span)}
        if found.path is not None:
            location["logicalLocations"] = [{"fullyQualifiedName": well_formed(found.path)}]
        result["locations"] = [location]
    if found.labels:
        result["relatedLocations"] = [
            {
                "id": number,
                "physicalLocation": _physical(label.file, label.span),
                "message": {"text": well_formed(label.text)},
            }
            for number, label in enumerate(found.labels, 1)
        ]
    if found.fix is not None and found.file is not None and fits(found.fix, found.file):
        file = found.file
        replacements = [
            {"deletedRegion": _region(file, edit.span), "insertedContent": {"text": well_formed(edit.text)}}
            for edit in found.fix.edits
        ]
        change = {"artifactLocation": _artifact(file), "replacements": replacements}
        result["fixes"] = [{"description": {"text": well_formed(found.fix.title)}, "artifactChanges": [change]}]
    return result


def _physical(file: SourceFile, span: Span | None) -> dict[str, Any]:
    where: dict[str, Any] = {"artifactLocation": _artifact(file)}
    if span is not None:
        where["region"] = _region(file, span)
    return where


def _region(file: SourceFile, span: Span) -> dict[str, int]:
    (line, column), (end_line, end_column) = file.line_column(span.start), file.line_column(span.end)
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def _artifact(file: SourceFile) -> dict[str, str]:
    """The file as a URI: relative names stay relative, absolute ones (of Windows, too) become ``file:`` URIs."""
    # Code scanning compares paths with those of the repository, which have no `./`.
    name = well_formed(file.name).removeprefix("./")
    if name[1:3] in (":\\", ":/"):
        return {"uri": "file:///" + name[:2] + quote(name[2:].replace("\\", "/"))}
    if name.startswith("/"):
        return {"uri": "file://" + quote(name)}
    return {"uri": quote(name.replace("\\", "/"))}
