"""What the services for editors answer, as text: a row for each marker of the golden cases."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from nccodsl.editor.document import Document, FilePlace
from nccodsl.editor.ncco_document import NccoDocument
from nccodsl.editor.services import (
    call_documents,
    call_graph,
    caller_changes,
    code_actions,
    completions,
    diagnostics,
    folds,
    format_edits,
    format_on_type,
    hierarchy,
    hover,
    inlays,
    lenses,
    linked,
    navigation,
    phone_call,
    renames,
    script_of_document,
    selection,
    signature,
    symbols,
    test_runs,
    tokens,
)
from nccodsl.editor.text_edits import TextEdit
from nccodsl.editor.text_lines import TextLines
from nccodsl.errors import CannotRead
from nccodsl.std import is_library, read_library

T = TypeVar("T")

HERE = Path(__file__).parent / "editor"
COMMANDS = (lenses.RUN_TEST, lenses.DEBUG_TEST, lenses.OPEN_PHONE, lenses.SHOW_GRAPH, lenses.SHOW_REFERENCES)
MOST = 12
"""Suggestions that a golden file lists."""


class Asked(NamedTuple):
    """A document, the offset of the caret, and what stands behind the name of the marker."""

    document: Document
    at: int
    given: str


def included(wanted: str, including: str) -> tuple[str, str]:
    """The file of a case that another one includes, such as `NAME.included`."""
    if is_library(wanted):
        return read_library(wanted)
    path = HERE / wanted
    if not path.is_file():
        raise CannotRead(f"{wanted} does not exist", missing=True)
    return path.name, path.read_text(encoding="utf-8")


# ---- places


def _at(document: Document | NccoDocument, offset: int) -> str:
    line, column = document.lines.position(offset)
    return f"{line + 1}:{column + 1}"


def _cut(document: Document | NccoDocument, start: int, end: int) -> str:
    """A part of the text and where it begins; the first and the last word of a long one."""
    text = document.text[start:end]
    shown = text if len(text) <= 40 else f"{text[:18]} … {text[-18:]}"
    return f"{_at(document, start)} {shown!r}"


def _place(document: Document, place: FilePlace) -> str:
    if place.name == document.name:
        return _cut(document, place.start, place.end)
    text = included(place.name, document.name)[1]
    line, column = TextLines(text).position(place.start)
    return f"{place.name} {line + 1}:{column + 1} {text[place.start : place.end][:40]!r}"


def _lines(found: Iterable[str]) -> str:
    return "\n".join(found) or "nothing"


def _edits(document: Document | NccoDocument, edits: Iterable[TextEdit]) -> list[str]:
    return [f"{_at(document, one.start)} {document.text[one.start : one.end]!r} -> {one.text!r}" for one in edits]


# ---- answers


def _hover(asked: Asked) -> str:
    found = hover.hover(asked.document, asked.at)
    return f"{asked.document.text[found.start : found.end]!r}\n{found.text}" if found else "nothing"


def _complete(asked: Asked) -> str:
    document = asked.document
    found = completions.completion(document, asked.at)
    items = sorted(found.items, key=lambda item: item.rank)
    lines = [f"replaces {document.text[found.start : found.end]!r} with one of {len(items)}"]
    for item in items[:MOST]:
        lines.append(f"{item.kind} {item.label}" + (f": {item.detail}" if item.detail else ""))
        if item.insert not in (None, item.label):
            lines.append(f"    inserts {item.insert!r}")
    return "\n".join(lines + ["…"] * (len(items) > MOST))


def _actions(asked: Asked) -> str:
    lines = []
    for action in code_actions.code_actions(asked.document, asked.at, asked.at):
        lines += [f"{action.kind}: {action.title}{' (preferred)' if action.preferred else ''}"]
        lines += [f"    {line}" for line in _edits(asked.document, action.edits)]
    return _lines(lines)


def _symbols(asked: Asked) -> str:
    def lines(found: list[symbols.OutlineItem], indent: str) -> list[str]:
        shown: list[str] = []
        for one in found:
            shown.append(f"{indent}{_at(asked.document, one.start)} {one.kind} {one.name}: {one.detail}")
            shown += lines(list(one.children), f"{indent}  ")
        return shown

    return _lines(lines(symbols.symbols(asked.document), ""))


def problems(document: Document | NccoDocument) -> str:
    """The diagnostics of a document, a line each."""
    return _lines(
        f"{_at(document, one.start)}-{_at(document, one.end)} {one.code or 'include'}"
        f"{f' ({one.mark})' if one.mark else ''} {one.message!r} {[text for _, text in one.related] or ''}".rstrip()
        for one in diagnostics.diagnostics(document)
    )


def _inlays(asked: Asked) -> str:
    document, kinds = asked.document, asked.given.split()
    shown = {kind: kind in kinds for kind in inlays.DEFAULT_INLAYS} if kinds else inlays.DEFAULT_INLAYS
    found = inlays.inlays(document, 0, len(document.text), shown)
    return _lines(f"{_at(document, one.at)} {one.label} ({one.kind})" for one in found)


def _format(asked: Asked) -> str:
    return _lines(_edits(asked.document, format_edits.formatting(asked.document)))


def _format_range(asked: Asked) -> str:
    return _lines(_edits(asked.document, format_edits.range_formatting(asked.document, asked.at, asked.at)))


def _typed(asked: Asked) -> str:
    """What is formatted when the character before the caret was typed, or the line end before its line."""
    document = asked.document
    start = document.lines.bounds(document.lines.position(asked.at).line)[0]
    at = start if asked.given == "line" else asked.at
    return _lines(_edits(document, format_on_type.typed_formatting(document, at, document.text[at - 1 : at])))


def _folds(asked: Asked) -> str:
    return _lines(f"{one.first + 1}-{one.last + 1} {one.kind}" for one in folds.folding(asked.document))


def _definition(asked: Asked) -> str:
    found = navigation.definition(asked.document, asked.at, included)
    return _lines(_place(asked.document, one) for one in found)


def _references(asked: Asked) -> str:
    return _lines(_place(asked.document, one) for one in navigation.references(asked.document, asked.at))


def _highlights(asked: Asked) -> str:
    return _lines(
        f"{_place(asked.document, one.place)}{' (written)' if one.writes else ''}"
        for one in navigation.highlights(asked.document, asked.at)
    )


def _links(asked: Asked) -> str:
    found = navigation.links(asked.document, included)
    return _lines(f"{_place(asked.document, one.place)} leads to {one.file}" for one in found)


def _workspace(asked: Asked) -> str:
    return _lines(
        f"{_place(asked.document, one.place)} {one.kind}{f' of {one.within}' if one.within else ''}"
        for one in navigation.workspace_symbols([asked.document], asked.given)
    )


def _rename(asked: Asked) -> str:
    if not asked.given:
        ready = renames.prepare_rename(asked.document, asked.at)
        return ready.message if isinstance(ready, renames.RenameRefused) else _place(asked.document, ready.place)
    found = renames.rename(asked.document, asked.at, asked.given)
    if isinstance(found, renames.RenameRefused):
        return found.message
    return _lines(f"{_place(asked.document, one.place)} -> {one.text!r}" for one in found)


def _selection(asked: Asked) -> str:
    return _lines(_cut(asked.document, *one) for one in selection.selection_ranges(asked.document, asked.at))


def _signature(asked: Asked) -> str:
    found = signature.signature(asked.document, asked.at)
    if found is None:
        return "nothing"
    active = found.options[found.active] if found.active is not None else None
    return f"{found.label}\nactive: {f'{active.name}: {active.doc}' if active is not None else 'none'}"


def _linked(asked: Asked) -> str:
    return _lines(_place(asked.document, one) for one in linked.linked_ranges(asked.document, asked.at))


def _tokens(asked: Asked) -> str:
    return _lines(
        f"{_cut(asked.document, one.start, one.end)} {' '.join((one.type, *one.modifiers))}"
        for one in tokens.tokens(asked.document)
    )


def _lenses(asked: Asked) -> str:
    """The lenses for a client that can run everything, with the last results where that is wanted."""
    document = asked.document
    results = {"menu": lenses.LensResult(0.02, ""), "fails": lenses.LensResult(0.001, "expected more")}
    found = lenses.lenses(document, COMMANDS, results if asked.given == "results" else None)
    return _lines(
        f"{_at(document, one.place.start)} {one.title} ({one.command} {one.kind} {one.name})"
        f" {[_at(document, use.start) for use in one.uses] or ''}".rstrip()
        for one in found
    )


def _tests(asked: Asked) -> str:
    """Results of the tests, and what they took of the script."""
    document = asked.document
    if document.flow is None:
        return str(test_runs.no_tests_because(document))
    script = test_runs.RehearsedScript(document.flow)
    finished = [finish(script.turns(title, covers=True)) for title in script.cases]
    lines = []
    for one in finished:
        failure = one.failure
        lines.append(f"{one.title}: {f'{failure.code} {failure.text!r}' if failure else 'passed'}")
        for place, text in ((failure.place, "the line"), *failure.related) if failure else ():
            lines.append(f"    {_at(document, place.start)}-{_at(document, place.end)} {text}")
    lines += [f"{_at(document, one.place.start)} taken by {one.count}" for one in script.coverage(finished)]
    return "\n".join(lines)


def _call(asked: Asked) -> str:
    """A call after the entries of a tape, which stand behind the marker with `;` between them."""
    document = asked.document
    state = phone_call.phone_call(document, {"tape": [one.strip() for one in asked.given.split(";") if one.strip()]})
    lines = [state["problem"]] if state["problem"] else []
    for one in state["lines"]:
        place = f" {_place(document, one['location'])}" if one["location"] else ""
        lines.append(f"{one['at']} {one['kind']} {one['text']}{place}")
    waits = state["waits"]
    lines += [f"waits for {waits['what']}: {', '.join(waits['choices'])}"] if waits else []
    lines += [f"over after {state['seconds']} s: {state['ended']}"] if state["over"] else []
    return _lines(lines)


def _documents(asked: Asked) -> str:
    """The create request and the NCCOs of a call after the entries of a tape, by the names of their actions."""
    document = asked.document
    tape = [one.strip() for one in asked.given.split(";") if one.strip()]
    found = call_documents.call_documents(document, {"tape": tape})
    lines = [found["problem"]] if found["problem"] else []
    if found["request"]:
        lines.append(
            f"{_place(document, found['request']['location'])} {', '.join(json.loads(found['request']['json']))}"
        )
    for ncco in found["nccos"]:
        lines.append(f"{ncco['at']} {ncco['because']}")
        for one in ncco["actions"]:
            lines.append(f"    {_place(document, one['location'])} {json.loads(one['json'])['action']}")
    return _lines(lines)


def _changes(asked: Asked) -> str:
    """What callers notice where the saved script had one word in place of another: `new, old`."""
    document = asked.document
    new, _, old = asked.given.partition(", ")
    found = caller_changes.caller_changes(
        document, {"saved": document.text.replace(new, old) if new else document.text}
    )
    lines = [found["problem"] or found["verdict"]]
    lines += [f"{one['kind']} line {one['line']}: {one['text']}" for one in found["changes"]]
    return _lines(lines)


def _graph(asked: Asked) -> str:
    document = asked.document
    graph = call_graph.call_graph(document)
    lines = [graph["problem"]] if graph["problem"] else []
    lines += [f"{one['id']} {_place(document, one['location'])}: {one['text']}" for one in graph["nodes"]]
    lines += [f"{one['from']} -> {one['to']} {one['label']}".rstrip() for one in graph["edges"]]
    return _lines(lines)


def _hierarchy(asked: Asked) -> str:
    document = asked.document
    item = hierarchy.hierarchy_at(document, asked.at)
    if item is None:
        return "nothing"
    lines = [f"{item.kind} {item.name}"]
    for word, edges in (
        ("from", hierarchy.incoming(document, item.symbol)),
        ("to", hierarchy.outgoing(document, item.symbol)),
    ):
        for edge in edges:
            lines.append(f"{word} {edge.item.kind} {edge.item.name}")
            for place, branch in zip(edge.jumps, edge.branches, strict=True):
                lines.append(f"    {_place(document, place)}{f' in {branch}' if branch else ''}")
    return "\n".join(lines)


class Answer(NamedTuple):
    """The service behind a marker, and its answer as text. `at_caret`: it is asked about a place."""

    service: Callable[..., object]
    shown: Callable[[Asked], str]
    at_caret: bool = False


ANSWERS: dict[str, Answer] = {
    "hover": Answer(hover.hover, _hover, True),
    "complete": Answer(completions.completion, _complete, True),
    "actions": Answer(code_actions.code_actions, _actions, True),
    "symbols": Answer(symbols.symbols, _symbols),
    "diagnostics": Answer(diagnostics.diagnostics, lambda asked: problems(asked.document)),
    "folds": Answer(folds.folding, _folds),
    "format": Answer(format_edits.formatting, _format),
    "format_range": Answer(format_edits.range_formatting, _format_range, True),
    "typed": Answer(format_on_type.typed_formatting, _typed, True),
    "inlays": Answer(inlays.inlays, _inlays),
    "definition": Answer(navigation.definition, _definition, True),
    "references": Answer(navigation.references, _references, True),
    "highlights": Answer(navigation.highlights, _highlights, True),
    "links": Answer(navigation.links, _links),
    "workspace": Answer(navigation.workspace_symbols, _workspace),
    "rename": Answer(renames.rename, _rename, True),
    "selection": Answer(selection.selection_ranges, _selection, True),
    "signature": Answer(signature.signature, _signature, True),
    "linked": Answer(linked.linked_ranges, _linked, True),
    "tokens": Answer(tokens.tokens, _tokens),
    "lenses": Answer(lenses.lenses, _lenses),
    "tests": Answer(test_runs.no_tests_because, _tests),
    "call": Answer(phone_call.phone_call, _call),
    "documents": Answer(call_documents.call_documents, _documents),
    "changes": Answer(caller_changes.caller_changes, _changes),
    "graph": Answer(call_graph.call_graph, _graph),
    "hierarchy": Answer(hierarchy.hierarchy_at, _hierarchy, True),
}
"""Of scripts. `rename` without a new name asks whether it can be renamed."""


def _document_problems(document: NccoDocument) -> str:
    return problems(document)


def _document_script(document: NccoDocument) -> str:
    return script_of_document.script_of_document(document) or "nothing"


def _document_actions(document: NccoDocument) -> str:
    lines: list[str] = []
    for action in code_actions.code_actions(document, 0, len(document.text)):
        lines += [f"{action.kind}: {action.title}", *(f"    {line}" for line in _edits(document, action.edits))]
    return _lines(lines)


DOCUMENT_ANSWERS: dict[str, tuple[Callable[..., object], Callable[[NccoDocument], str]]] = {
    "diagnostics": (diagnostics.diagnostics, _document_problems),
    "actions": (code_actions.code_actions, _document_actions),
    "script": (script_of_document.script_of_document, _document_script),
}
"""Of JSON documents."""


def finish(turns: Generator[Any, None, T]) -> T:
    """What comes of something that is done in turns."""
    while True:
        try:
            next(turns)
        except StopIteration as end:
            result: T = end.value
            return result
