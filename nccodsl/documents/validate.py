"""Judging JSON documents: NCCOs and call bodies from elsewhere.

Owns: findings of the judge become diagnostics at a place in the text. Does not own: the rules, reading files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

from nccodsl.base.source import Sources, Span
from nccodsl.diagnostics import Addition, Collector, Diagnostic, Edit, Fix, Instead, Message, Removal, messages
from nccodsl.diagnostics.collector import MOST
from nccodsl.diagnostics.edits import without
from nccodsl.documents.json_text import JsonDocument, pointer, read_json, read_json_lines
from nccodsl.errors import ScriptError
from nccodsl.voice.judge import judge_call, judge_document
from nccodsl.voice.problems import MISSING, Path, Problem

_FIRST_WORD = re.compile(r"(?:\s|#[^\n]*(?:\n|\Z))*+([a-z]+)\b(?=[ \t\r\n])")
LINES = (".jsonl", ".ndjson")


def validate_text(name: str, text: str, api: str | None = None) -> list[Diagnostic]:
    """Every finding about the document in a text, in the order of their places.

    With a `name` that ends in `.jsonl` or `.ndjson` each line is a document. `api` is "v1", "v2" or None.
    """
    sources = Sources()
    file = sources.add(name, text)
    collector = Collector(sources)
    if script := _begins_script(text):
        at = file.base + script.start(1)
        collector.report(messages.documents.script_for_json(), Span(at, at + len(script[1])))
        return collector.sorted()
    documents: Iterable[JsonDocument | None]
    if name.lower().endswith(LINES):
        documents = read_json_lines(file, collector)
    else:
        documents = (read_json(file, collector),)
    found: list[Diagnostic] = []
    for document in documents:
        if document is not None and len(found) < MOST:
            found.extend(judge(document, api))
    # Beyond so many findings the rest is noise, as for scripts.
    found = [*collector.sorted(), *found][:MOST]
    return sorted(found, key=lambda finding: (finding.span.start if finding.span else -1, finding.code))


def _begins_script(text: str) -> re.Match[str] | None:
    """The keyword that a text begins with if it is a script."""
    found = _FIRST_WORD.match(text)
    if found is None:
        return None
    from nccodsl.syntax.keywords import STATEMENTS, TOP_LEVEL  # JSON does without them

    return found if found[1] in STATEMENTS or found[1] in TOP_LEVEL else None


def judge(document: JsonDocument, api: str | None = None) -> list[Diagnostic]:
    """The judge's findings about a document that has been read."""
    return [as_diagnostic(problem, document) for problem in judge_document(document.value, api)]


def refuse_wrong_call(body: Mapping[str, object], api: str) -> None:
    """Raise ScriptError with what is wrong in a call body that stands in no text."""
    errors = [problem for problem in judge_call(body, api) if problem.is_error]
    if errors:
        raise ScriptError([Diagnostic.of(one.code, one.message, help=one.help) for one in errors])


def as_diagnostic(problem: Problem, document: JsonDocument) -> Diagnostic:
    """A finding of the judge at its place in the text."""
    path = _existing(problem.path, document.value)
    whole = len(path) == len(problem.path)
    span = document.span(path, key=problem.at_key and whole)
    advice = problem.help
    if isinstance(advice, Addition):
        advice = advice.in_json
    elif isinstance(advice, Instead) and not whole:
        advice = str(advice)
    fix = _fix(problem, advice, document, path) if whole else None
    message = Message(problem.code, problem.message, advice, fix=fix)
    return message.about(document.file, span, pointer(path))


def _fix(problem: Problem, advice: str | None, document: JsonDocument, path: Path) -> Fix | None:
    """The fix of a finding at a path that the document has."""
    if problem.replacement is not MISSING:
        text = json.dumps(problem.replacement, ensure_ascii=False)
        edit = Edit(document.span(path, key=problem.at_key), text)
        title = f"write `{text if len(text) <= 60 else text[:59] + '…'}`"
        return Fix(title, (edit,), safe=True, is_help=title == advice)
    if isinstance(advice, Removal):
        inner = (*path, *advice.inner)
        edit = without(document.file, document.span(inner, key=True).to(document.span(inner)))
        return Fix.as_help(advice, edit, safe=advice.safe)
    if isinstance(advice, Addition) and not advice.sample:
        opening = document.span(path).start + 1
        return Fix.as_help(advice, Edit(Span(opening, opening), f"{advice.right}, "))
    return None


def _existing(path: Path, value: object) -> Path:
    """The part of a path that the document has: of a member that is missing, the object that should have it."""
    for length, part in enumerate(path):
        match value, part:
            case dict(), _ if part in value:
                value = value[part]
            case list(), int() if 0 <= part < len(value):
                value = value[part]
            case _:
                return path[:length]
    return path
