"""Edits of a text as an editor makes them: offsets in the text as it is now."""

from __future__ import annotations

from difflib import SequenceMatcher

from nccodsl.base.record import Record

_MOST_LINES = 2000
"""A difference in more lines than that is one edit: finding the lines that stay would take too long."""


class TextEdit(Record):
    """Replace what stands between two offsets of a text by `text`."""

    start: int
    end: int
    text: str


def edits_between(old: str, new: str, at: int = 0) -> list[TextEdit]:
    """The edits by whole lines that make the new text of the old one, which begins at an offset of its document."""
    before, after = _lines(old), _lines(new)
    first = _alike(before, after)
    last = _alike(before[first:][::-1], after[first:][::-1])
    start = at + sum(map(len, before[:first]))
    before, after = before[first : len(before) - last], after[first : len(after) - last]
    if not before and not after:
        return []
    if max(len(before), len(after)) > _MOST_LINES:
        return [TextEdit(start, start + sum(map(len, before)), "".join(after))]
    places = [start]
    for line in before:
        places.append(places[-1] + len(line))
    return [
        TextEdit(places[low], places[high], "".join(after[left:right]))
        for kind, low, high, left, right in SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        if kind != "equal"
    ]


def _alike(before: list[str], after: list[str]) -> int:
    """How many lines two lists have in common at their beginning."""
    count = 0
    for one, other in zip(before, after, strict=False):
        if one != other:
            break
        count += 1
    return count


def _lines(text: str) -> list[str]:
    """The lines of a text with their ends; nothing but a line feed ends one."""
    lines = [f"{line}\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines


def carried(start: int, end: int, edit: TextEdit) -> tuple[int, int] | None:
    """Where a part of a text is after an edit; None where the edit changes the part."""
    by = len(edit.text) - (edit.end - edit.start)
    if end <= edit.start:
        return start, end
    return (start + by, end + by) if start >= edit.end else None
