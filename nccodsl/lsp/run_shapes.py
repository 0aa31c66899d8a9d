"""Lenses, and tests with their results, in the shapes of the protocol and of our own requests."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from nccodsl.editor.services.lenses import (
    DEBUG_TEST,
    OPEN_PHONE,
    REFERENCES,
    RUN_TEST,
    SHOW_GRAPH,
    SHOW_REFERENCES,
    Lens,
)
from nccodsl.editor.services.symbols import OutlineItem
from nccodsl.lsp.last_tests import TimedTest
from nccodsl.lsp.script_tester import ScriptRun
from nccodsl.lsp.shape import ClientView, Json


def lenses(found: Iterable[Lens], view: ClientView) -> list[Json]:
    """`CodeLens[]`."""
    return [
        {"range": view.range(one.place.start, one.place.end), "command": command(one.title, one, view)} for one in found
    ]


def command(title: str, lens: Lens, view: ClientView) -> Json:
    """The `Command` of a lens, under a title."""
    return {"title": title, "command": lens.command, "arguments": _ARGUMENTS[lens.command](lens, view)}


def _subject(lens: Lens, view: ClientView) -> list[object]:
    return [view.uri, {lens.kind: lens.name}]


def _position(lens: Lens, view: ClientView) -> list[object]:
    return [view.uri, view.position(lens.place.start)]


_ARGUMENTS: dict[str, Callable[[Lens, ClientView], list[object]]] = {
    RUN_TEST: lambda lens, view: [view.uri, lens.name],
    DEBUG_TEST: lambda lens, view: [view.uri, lens.name],
    OPEN_PHONE: _subject,
    SHOW_GRAPH: _subject,
    REFERENCES: _position,
    SHOW_REFERENCES: lambda lens, view: [*_position(lens, view), [view.location(place) for place in lens.uses]],
}


def listed_tests(found: Iterable[OutlineItem], view: ClientView) -> Json:
    """The answer to `nccodsl/tests`."""
    return {
        "tests": [
            {
                "title": one.name,
                "range": view.range(one.start, one.end),
                "selectionRange": view.range(one.name_start, one.name_end),
            }
            for one in found
        ]
    }


def ran(run: ScriptRun, found: Iterable[OutlineItem], view: ClientView) -> Json:
    """The answer to `nccodsl/runTests`; `found` are the tests that there are."""
    ranges = {one.name: view.range(one.start, one.end) for one in found}
    return {
        "tests": [_ran(one, ranges[one.title], view) for one in run.ran],
        "coverage": _coverage(run, view),
        "problem": run.problem,
    }


def _ran(one: TimedTest, place: Json, view: ClientView) -> Json:
    failure = one.finished.failure
    return {
        "title": one.title,
        "range": place,
        "passed": failure is None,
        "seconds": round(one.seconds, 6),
        "message": failure.text if failure is not None else None,
        "location": view.location(failure.place) if failure is not None else None,
        "related": [
            {"message": text, "location": view.location(there)}
            for there, text in (failure.related if failure is not None else ())
        ],
    }


def _coverage(run: ScriptRun, view: ClientView) -> list[Json]:
    """How many tests took each line: the least of all that begins there."""
    files: dict[str, dict[int, int]] = {}
    for one in run.coverage:
        lines = files.setdefault(one.place.name, {})
        line = view.location(one.place)["range"]["start"]["line"]
        lines[line] = min(one.count, lines.get(line, one.count))
    return [
        {"uri": view.uri_of(name), "lines": [{"line": line, "count": lines[line]} for line in sorted(lines)]}
        for name, lines in files.items()
    ]
