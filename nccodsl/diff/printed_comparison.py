"""A comparison in words, as Markdown and as JSON data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nccodsl.base.plural import counted
from nccodsl.diff.changes import ADDED, CHANGED, KINDS_OF_CHANGE, REMOVED, Change, ChangedPlace
from nccodsl.diff.compare_versions import VersionComparison
from nccodsl.diff.way_words import way_in_words

FORMAT = 1
"""The version of the JSON form."""
MARKS = {REMOVED: "-", CHANGED: "~", ADDED: "+"}
_OF_MARKDOWN = "\\`*_[]<>|~"
_MOST_SHOWN_WAYS = 3


def sentence(change: Change) -> str:
    """A change with the shortest way there: `after pressing 2, callers now hear “…”`."""
    way = change.ways[0]
    if change.subject in ("param", "placing") or (change.subject == "branch" and not way):
        return change.text
    return f"{way_in_words(way)}, {change.text}"


def verdict(found: VersionComparison) -> str:
    """What came of it, in one line."""
    if found.proven:
        return "no change: both versions do the same, whatever callers answer"
    compared = f"{counted(found.paths, 'path')} compared"
    if found.changes:
        counts = {kind: sum(change.kind == kind for change in found.changes) for kind in KINDS_OF_CHANGE}
        parts = ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)
        return f"{counted(len(found.changes), 'change')} ({parts}), {compared}"
    return f"no change, {compared}" if found.same else f"no change found, but not everything was compared ({compared})"


def to_lines(found: VersionComparison, old: str, new: str) -> Iterator[tuple[str, str]]:
    """Lines of text, each with the kind of its change (empty: none)."""
    yield "", f"{old} → {new}"
    for change in found.changes:
        yield change.kind, f"{MARKS[change.kind]} {sentence(change)}"
        yield "", f"    {_details(change)}"
    yield "", verdict(found)
    yield from (("", f"not compared: {reason}") for reason in found.reasons)


def to_markdown(found: VersionComparison, old: str, new: str) -> str:
    """A comment for a pull request."""
    lines = [f"### What callers notice: `{old}` → `{new}`", ""]
    for change in found.changes:
        lines.append(f"- **{change.kind}**: {_escaped(sentence(change))}<br>")
        lines.append(f"  <sub>{_escaped(_details(change))}</sub>")
    said = verdict(found)
    lines += [*([""] if found.changes else []), f"{_escaped(said[0].upper() + said[1:])}.", ""]
    if found.reasons:
        lines += [*(f"- not compared: {_escaped(reason)}" for reason in found.reasons), ""]
    return "\n".join(lines)


def to_data(found: VersionComparison, old: str, new: str) -> dict[str, Any]:
    """JSON data; docs/what-changed.md describes it."""
    return {
        "format": FORMAT,
        "old": old,
        "new": new,
        "same": found.same,
        "complete": found.complete,
        "not_compared": list(found.reasons),
        "paths": found.paths,
        "changes": [_change(change) for change in found.changes],
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "subject": change.subject,
        "text": sentence(change),
        "ways": [list(way) for way in change.ways],
        "more_ways": change.more,
        "old": _place(change.old),
        "new": _place(change.new),
    }


def _place(place: ChangedPlace | None) -> dict[str, Any] | None:
    return None if place is None else {"at": place.at, "value": place.value}


def _details(change: Change) -> str:
    return "; ".join([_where(change), *_other_ways(change)])


def _where(change: Change) -> str:
    """`ivr.call:12 → ivr.call:14`."""
    sides = [place.at for place in (change.old, change.new) if place is not None and place.at]
    return " → ".join(sides) or "the whole script"


def _other_ways(change: Change) -> list[str]:
    """The ways besides the shortest one."""
    others = change.ways[1:]
    if not others:
        return []
    shown = [way_in_words(way) for way in others[:_MOST_SHOWN_WAYS]]
    more = len(others) - len(shown) + change.more
    return [f"also {'; '.join(shown)}" + (f"; and by {counted(more, 'more way')}" if more else "")]


def _escaped(text: str) -> str:
    """A text that Markdown shows as it is, but for names in code marks."""
    parts = text.split("`")
    shown = ""
    for number, part in enumerate(parts):
        if number % 2 and number < len(parts) - 1 and part.replace(".", "").isidentifier():
            shown += f"`{part}`"
            continue
        marks = "\\`" if number and not shown.endswith("`") else ""
        shown += marks + "".join(f"\\{letter}" if letter in _OF_MARKDOWN else letter for letter in part)
    # What a script says must not mention users, or link to issues.
    return shown.replace("@", "@\u200b").replace("#", "#\u200b").replace("\n", " ")
