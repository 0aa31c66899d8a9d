"""The errors and warnings of a document, with their places in its text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from nccodsl.base.plural import counted
from nccodsl.base.record import Record
from nccodsl.diagnostics import Diagnostic
from nccodsl.editor.document import Document, FilePlace
from nccodsl.editor.ncco_document import NccoDocument
from nccodsl.syntax import ast

Mark = Literal["deprecated", "unneeded"]
_DEPRECATED: Mark = "deprecated"
_UNNEEDED: Mark = "unneeded"
_MARKS = {
    "W001": _DEPRECATED,
    "W013": _UNNEEDED,
    "W024": _UNNEEDED,
    "W040": _UNNEEDED,
    "E501": _UNNEEDED,
    "E502": _UNNEEDED,
}


class ShownProblem(Record):
    """An error or a warning. `related` are other places that explain it, with what they have to do with it.

    `mark`: the text is struck out or faded. `code` is empty for what stands for problems of another file. `of_test`: a
    test failed; the check of the script has nothing against it.
    """

    start: int
    end: int
    is_error: bool
    code: str
    message: str
    related: tuple[tuple[FilePlace, str], ...] = ()
    mark: Literal["deprecated", "unneeded"] | None = None
    of_test: bool = False


def diagnostics(document: Document | NccoDocument) -> list[ShownProblem]:
    """The problems of a document in the order of their places. Errors of its includes stand at their `include`."""
    own: list[ShownProblem] = []
    elsewhere: dict[str, list[Diagnostic]] = {}
    for found in document.findings:
        place = document.place_of(found.span) if found.span is not None else FilePlace(document.name, 0, 0)
        if place.name == document.name:
            own.append(_problem(document, found, place))
        elif found.is_error:
            elsewhere.setdefault(place.name, []).append(found)
    if elsewhere and isinstance(document, Document):
        own += _included(document, elsewhere)
    return sorted(own, key=lambda one: one.start)


def _problem(document: Document | NccoDocument, found: Diagnostic, place: FilePlace) -> ShownProblem:
    message = f"{found.message}\n{found.help}" if found.help else found.message
    related = tuple((document.place_of(label.span), label.text) for label in found.labels)
    return ShownProblem(place.start, place.end, found.is_error, found.code, message, related, _MARKS.get(found.code))


def _included(document: Document, elsewhere: dict[str, list[Diagnostic]]) -> Iterator[ShownProblem]:
    """One problem for each included file with errors."""
    includes = [item for item in document.tree.items if isinstance(item, ast.Include)]
    for name, errors in elsewhere.items():
        related = tuple((document.place_of(one.span), f"{one.code}: {one.message}") for one in errors if one.span)
        at = next((one for one in includes if _is_of(one, name)), includes[0] if includes else None)
        place = document.place_of(at.path.span) if at is not None else FilePlace(document.name, 0, 0)
        yield ShownProblem(
            place.start, place.end, True, "", f"{name} has {counted(len(errors), 'error')}", related[:10]
        )


def _is_of(include: ast.Include, name: str) -> bool:
    """Whether an `include` seems to be the one of a file, which is known by another path."""
    return name.strip("<>").endswith(include.path.text.strip("<>").removeprefix("./").replace("../", ""))
