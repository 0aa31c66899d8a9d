"""What an edit changes for callers, compared with a text of the script that was saved before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nccodsl.diff.changes import Change
from nccodsl.diff.compare_versions import compare_versions
from nccodsl.diff.printed_comparison import sentence, verdict
from nccodsl.editor.document import Document
from nccodsl.editor.page_answers import PageAnswer, Refused, flow_of, problem_of
from nccodsl.errors import UsageError

MOST_PAIRS = 1000
"""Pairs of states that are known, between two edits; where there are more, `nccodsl diff` compares them."""
_DEPTH = 6
_NOTHING: PageAnswer = {"problem": None, "location": None, "verdict": "", "changes": [], "notCompared": []}


class _TooMany(Exception):
    """The scripts are too large to be compared while a person types."""


def caller_changes(document: Document, params: Mapping[str, Any]) -> PageAnswer:
    """The answer to `nccodsl/changes`: `CallerChanges` of web/src/protocol.ts. `saved` is the text before."""
    try:
        saved = params.get("saved")
        if not isinstance(saved, str):
            raise UsageError("`saved` must be the text of the script before")
        new = flow_of(document)
        try:
            old = flow_of(document.with_text(saved))
        except Refused:
            raise UsageError("The saved script has errors: there is nothing to compare with.") from None
        found = compare_versions(old, new, _DEPTH, watch=_watch)
    except _TooMany:
        return _NOTHING | {"problem": "The script is too large to compare here: run `nccodsl diff`."}
    except Refused as error:
        return _NOTHING | problem_of(error)
    return _NOTHING | {
        "verdict": verdict(found),
        "changes": [_change(change) for change in found.changes],
        "notCompared": list(found.reasons),
    }


def _watch(looked_at: int, to_come: int) -> None:
    if looked_at + to_come > MOST_PAIRS:
        raise _TooMany


def _change(change: Change) -> PageAnswer:
    line = change.new.at.rpartition(":")[2] if change.new is not None else ""
    return {"kind": change.kind, "text": sentence(change), "line": int(line) if line.isdigit() else None}
