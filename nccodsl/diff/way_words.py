"""The words for answers, and for the ways that they make."""

from __future__ import annotations

from collections.abc import Sequence

_BEGINS = ("at ", "with ")
"""What says how a call begins."""
_DETECTED = {"machine": "a machine", "human": "a person", "beep": "a beep"}


def answer_in_words(label: str) -> str:
    """An answer as what a caller does: `press 2` becomes `pressing 2`."""
    for word, doing in (("press ", "pressing "), ("say ", "saying ")):
        if label.startswith(word):
            return doing + label.removeprefix(word)
    if label.startswith("detected: "):
        return f"{_DETECTED.get(label.removeprefix('detected: '), label.removeprefix('detected: '))} is detected"
    return label


def is_done(label: str) -> bool:
    """Whether an answer is something that a caller does."""
    return label.startswith(("press ", "say ")) or label == "silence"


def way_in_words(way: Sequence[str]) -> str:
    """`at the beginning`, or `after pressing 2 → silence`."""
    begins = [one for one in way if one.startswith(_BEGINS)]
    answers = [answer_in_words(one) for one in way if one not in begins]
    there = [f"after {' → '.join(answers)}"] if answers else [] if begins else ["at the beginning"]
    return ", ".join([*begins, *there])
