"""The branches that the calls of a campaign took, from what the webhook server has recorded of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nccodsl.campaign.campaign_book import CampaignBook
from nccodsl.campaign.campaign_snapshot import snapshot_of
from nccodsl.rehearsal.recorded import words
from nccodsl.runtime.history import Entry, History
from nccodsl.runtime.path import ELSE, EXHAUSTED, IF, ON, OTHERWISE, PathMark

_BRANCHES = (ON, OTHERWISE, EXHAUSTED, IF, ELSE)
_LONGEST = 60


def branches_taken(book: CampaignBook, name: str, history: History) -> dict[str, tuple[str, ...]]:
    """The branches of the calls of a campaign's script, by the uuid of the call, each as the script has it.

    Of calls by another version of the script, only the lines are known. Raises NoCampaign, OtherVersion.
    """
    found = snapshot_of(book.plan(name))
    if found is None:
        return {}
    texts = {file: text.split("\n") for file, text in found.texts}
    lines = {"": next(iter(texts.values()), []), **texts}
    return {
        _leg(entries, call): _branches(entries, found.version, lines)
        for (flow, call), entries in history.calls.items()
        if flow == found.address
    }


def _leg(entries: Iterable[Entry], call: str) -> str:
    """The uuid of a call, which its key is unless an entry says otherwise."""
    return next((entry.leg for entry in entries if entry.leg), call)


def _branches(entries: Iterable[Entry], version: str, lines: Mapping[str, list[str]]) -> tuple[str, ...]:
    shown = (
        _shown(mark, lines if entry.version == version else {})
        for entry in entries
        for mark in entry.path
        if mark.kind in _BRANCHES
    )
    return tuple(dict.fromkeys(shown))


def _shown(mark: PathMark, lines: Mapping[str, list[str]]) -> str:
    """A branch with its line, where that is known."""
    file, _, number = mark.line.rpartition(":")
    text = lines.get(file, [])
    if not number.isdigit() or not 0 < int(number) <= len(text):
        return words(mark, past=True)
    return f"{mark.line}: {text[int(number) - 1].strip()}"[:_LONGEST]
