"""Did-you-mean: the candidate nearest to a misspelt word."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate most like `word`, or None where none is near. Case does not count."""
    from difflib import get_close_matches

    folded: dict[str, str] = {}
    for candidate in candidates:
        folded.setdefault(candidate.casefold(), candidate)
    hits = get_close_matches(word.casefold()[:80], folded, n=1, cutoff=0.6)
    return folded[hits[0]] if hits else None


def did_you_mean(word: str, candidates: Iterable[str]) -> str | None:
    """A sentence for a diagnostic's help, or None."""
    hit = nearest(word, candidates)
    return f"did you mean `{hit}`?" if hit else None
