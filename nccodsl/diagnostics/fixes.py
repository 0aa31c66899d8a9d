"""Applies fixes to a text. Owns: which fixes go together. Does not own: reading and writing files."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from nccodsl.base.source import SourceFile
from nccodsl.diagnostics.diagnostic import Diagnostic, Edit, Fix


def fits(fix: Fix, file: SourceFile) -> bool:
    """Whether all edits of a fix lie in `file`, in good order, and change something."""
    low, high = file.base, file.base + len(file.text)
    return all(low <= edit.span.start <= edit.span.end <= high for edit in fix.edits) and any(
        file.slice(edit.span) != edit.text for edit in fix.edits
    )


def apply_fixes(diagnostics: Iterable[Diagnostic], file: SourceFile, *, unsafe: bool = False) -> tuple[str, int]:
    """The text of `file` with the safe fixes of its diagnostics applied, with `unsafe` all, and how many were.

    A fix is applied whole or not at all. Where two get in each other's way the earlier place wins; the other one is
    found again by the next check. A fix that several diagnostics carry counts once. The order of the diagnostics
    does not matter.
    """
    wanted = {
        tuple(sorted(set(found.fix.edits), key=_order))
        for found in diagnostics
        if found.file is file and found.fix and (found.fix.safe or unsafe) and fits(found.fix, file)
    }
    taken: list[Edit] = []
    count = 0
    for edits in sorted(wanted, key=lambda edits: [_order(edit) for edit in edits]):
        with_these = _merged(taken, edits)
        if with_these is not None:
            taken = with_these
            count += 1
    parts: list[str] = []
    at = 0
    for edit in taken:
        parts += (file.text[at : edit.span.start - file.base], edit.text)
        at = edit.span.end - file.base
    return "".join(parts) + file.text[at:], count


def _order(edit: Edit) -> tuple[int, int, str]:
    return edit.span.start, edit.span.end, edit.text


def _merged(taken: list[Edit], edits: Iterable[Edit]) -> list[Edit] | None:
    """Both lists in one, in order; None where two edits overlap or insert at one place."""
    merged = list(taken)
    for edit in edits:
        at = bisect_left(merged, _order(edit), key=_order)
        before, after = merged[at - 1 : at] if at else [], merged[at : at + 1]
        if any(_clash(other, edit) for other in before) or any(_clash(edit, other) for other in after):
            return None
        merged.insert(at, edit)
    return merged


def _clash(first: Edit, second: Edit) -> bool:
    """Whether two edits, `first` not behind `second`, touch the same text, or insert at one place."""
    return first.span.end > second.span.start or first.span == second.span
