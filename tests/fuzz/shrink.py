"""Making an input that fails as small as it goes, while it fails in the same way."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

MOST_TRIES = 800


def shrunk(text: str, fails: Callable[[str], bool], *, seconds: float = 15.0) -> str:
    """A smaller text that still fails; after so many seconds of processor time the best one so far."""
    until = time.process_time() + seconds
    tries = 0
    smaller = True
    while smaller:
        smaller = False
        for candidate in _candidates(text):
            tries += 1
            if tries > MOST_TRIES or time.process_time() > until:
                return text
            if fails(candidate):
                text, smaller = candidate, True
                break
    return text


def _candidates(text: str) -> Iterator[str]:
    """The text without some of its lines, and then without some of its characters: large parts first."""
    lines = text.split("\n")
    size = len(lines)
    while size := size // 2:
        for at in range(0, len(lines), size):
            yield "\n".join(lines[:at] + lines[at + size :])
    size = len(text)
    while size := size // 2:
        for at in range(0, len(text), size):
            yield text[:at] + text[at + size :]
