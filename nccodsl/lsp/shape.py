"""Plain data of the services in the shapes of the Language Server Protocol: JSON, with positions for offsets.

Only this module knows those shapes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from nccodsl.base.record import Record
from nccodsl.editor.document import FilePlace
from nccodsl.editor.services.code_actions import CodeAction
from nccodsl.editor.services.completions import Completion
from nccodsl.editor.services.diagnostics import ShownProblem
from nccodsl.editor.services.folds import Fold
from nccodsl.editor.services.hover import Hover
from nccodsl.editor.services.inlays import Inlay
from nccodsl.editor.services.symbols import OutlineItem
from nccodsl.editor.suggestions import Suggestion
from nccodsl.editor.text_edits import TextEdit
from nccodsl.editor.text_lines import TextLines, Unit
from nccodsl.lsp.capabilities import FIX_ALL

Json = dict[str, Any]

SYMBOLS = {
    "param": 13,  # Variable
    "value": 14,  # Constant
    "secret": 20,  # Key
    "hours": 19,  # Object
    "call": 2,  # Module
    "handler": 24,  # Event
    "dialog": 5,  # Class
    "step": 12,  # Function
    "test": 6,  # Method
    "include": 1,  # File
}
"""Numbers of the kinds of declarations."""
_SUGGESTIONS = {
    "keyword": 14,  # Keyword
    "option": 10,  # Property
    "value": 20,  # EnumMember
    "step": 3,  # Function
    "dialog": 7,  # Class
    "name": 6,  # Variable
    "function": 2,  # Method
    "type": 25,  # TypeParameter
    "file": 17,  # File
}
_TAGS = {"unneeded": 1, "deprecated": 2}
_FOLDS = {"comment": "comment", "imports": "imports", "block": "region"}
_ACTIONS = {"quickfix": "quickfix", "fix all": FIX_ALL}
SOURCE = "nccodsl"
SOURCE_OF_TESTS = "nccodsl test"


class ClientView(Record):
    """How a document is shown to the client: what columns count, its address, its lines, and those of other files.

    `snippets`: the client inserts snippets. `markdown`: it shows documentation in Markdown.
    """

    unit: Unit
    uri: str
    lines: TextLines
    uri_of: Callable[[str], str]
    lines_of: Callable[[str], TextLines]
    snippets: bool = True
    markdown: bool = True

    def position(self, offset: int, lines: TextLines | None = None) -> Json:
        """The position of an offset, of the document or of other lines."""
        line, column = (lines or self.lines).position(offset, self.unit)
        return {"line": line, "character": column}

    def range(self, start: int, end: int, lines: TextLines | None = None) -> Json:
        """The range between two offsets."""
        return {"start": self.position(start, lines), "end": self.position(end, lines)}

    def location(self, place: FilePlace) -> Json:
        """A part of a file."""
        return {"uri": self.uri_of(place.name), "range": self.range(place.start, place.end, self.lines_of(place.name))}

    def documentation(self, text: str) -> Json:
        """`MarkupContent` of a text in Markdown, which is readable as it is."""
        return {"kind": "markdown" if self.markdown else "plaintext", "value": text}

    def edit(self, edit: TextEdit) -> Json:
        """An edit of the document."""
        return {"range": self.range(edit.start, edit.end), "newText": edit.text}


def diagnostics(found: Iterable[ShownProblem], view: ClientView) -> list[Json]:
    """`Diagnostic[]`."""
    return [_diagnostic(one, view) for one in found]


def _diagnostic(found: ShownProblem, view: ClientView) -> Json:
    shaped: Json = {
        "range": view.range(found.start, found.end),
        "severity": 1 if found.is_error else 2,
        "source": SOURCE_OF_TESTS if found.of_test else SOURCE,
        "message": found.message,
    }
    if found.code:
        shaped["code"] = found.code
    if found.related:
        shaped["relatedInformation"] = [
            {"location": view.location(place), "message": text} for place, text in found.related
        ]
    if found.mark is not None:
        shaped["tags"] = [_TAGS[found.mark]]
    return shaped


def hover(found: Hover | None, view: ClientView) -> Json | None:
    """`Hover`."""
    if found is None:
        return None
    return {"contents": view.documentation(found.text), "range": view.range(found.start, found.end)}


def completion(found: Completion, view: ClientView) -> Json:
    """`CompletionList`."""
    place = view.range(found.start, found.end)
    ordered = sorted(found.items, key=lambda item: item.rank)
    return {
        "isIncomplete": found.again,
        "items": [_suggestion(one, number, place, view) for number, one in enumerate(ordered)],
    }


def _suggestion(item: Suggestion, number: int, place: Json, view: ClientView) -> Json:
    text = item.insert if item.insert is not None else item.label
    is_snippet = item.is_snippet and view.snippets
    shaped: Json = {
        "label": item.label,
        "kind": _SUGGESTIONS[item.kind],
        "sortText": f"{number:04}",
        "textEdit": {"range": place, "newText": item.label if item.is_snippet and not view.snippets else text},
        "insertTextFormat": 2 if is_snippet else 1,
    }
    if item.detail:
        shaped["detail"] = item.detail
    if item.text:
        shaped["documentation"] = view.documentation(item.text)
    if item.also:
        shaped["additionalTextEdits"] = edits(item.also, view)
    return shaped


def symbols(found: Iterable[OutlineItem], view: ClientView) -> list[Json]:
    """`DocumentSymbol[]`."""
    return [
        {
            "name": one.name.strip() or one.kind,
            "detail": one.detail,
            "kind": SYMBOLS[one.kind],
            "range": view.range(one.start, one.end),
            "selectionRange": view.range(one.name_start, one.name_end),
            "children": symbols(one.children, view),
        }
        for one in found
    ]


def edits(found: Iterable[TextEdit], view: ClientView) -> list[Json]:
    """`TextEdit[]`."""
    return [view.edit(one) for one in found]


def code_actions(found: Iterable[CodeAction], view: ClientView) -> list[Json]:
    """`CodeAction[]`."""
    return [_code_action(one, view) for one in found]


def _code_action(action: CodeAction, view: ClientView) -> Json:
    shaped: Json = {
        "title": action.title,
        "kind": _ACTIONS[action.kind],
        "edit": {"changes": {view.uri: edits(action.edits, view)}},
    }
    if action.preferred:
        shaped["isPreferred"] = True
    return shaped


def new_file(title: str, uri: str, text: str) -> Json:
    """A `CodeAction` that creates a file."""
    start = {"line": 0, "character": 0}
    created = {"kind": "create", "uri": uri, "options": {"ignoreIfExists": False, "overwrite": False}}
    filled = {
        "textDocument": {"uri": uri, "version": None},
        "edits": [{"range": {"start": start, "end": start}, "newText": text}],
    }
    return {"title": title, "kind": "refactor.rewrite", "edit": {"documentChanges": [created, filled]}}


def folds(found: Iterable[Fold], view: ClientView) -> list[Json]:
    """`FoldingRange[]`."""
    return [{"startLine": one.first, "endLine": one.last, "kind": _FOLDS[one.kind]} for one in found]


def inlays(found: Iterable[Inlay], view: ClientView) -> list[Json]:
    """`InlayHint[]`."""
    return [
        {"position": view.position(one.at), "label": one.label, "tooltip": one.tooltip, "paddingLeft": True}
        for one in found
    ]
