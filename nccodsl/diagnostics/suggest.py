"""Did-you-mean: the candidate nearest to a misspelt word."""

from __future__ import annotations

from collections.abc import Iterable

_NEAR = 0.6


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate most like `word`, or None where none is near. Case does not count."""
    from difflib import SequenceMatcher

    folded: dict[str, str] = {}
    for candidate in candidates:
        folded.setdefault(candidate.casefold(), candidate)
    matcher = SequenceMatcher()
    matcher.set_seq2(word.casefold()[:80])
    best: tuple[float, str] | None = None
    # As `difflib.get_close_matches` finds it; but a candidate is measured only while it can still be the nearest.
    for candidate in folded:
        matcher.set_seq1(candidate)
        least = best[0] if best else _NEAR
        if matcher.real_quick_ratio() >= least and matcher.quick_ratio() >= least:
            found = (matcher.ratio(), candidate)
            if found[0] >= _NEAR and (best is None or found > best):
                best = found
    return folded[best[1]] if best else None


def did_you_mean(word: str, candidates: Iterable[str]) -> str | None:
    """A sentence for a diagnostic's help, or None."""
    hit = nearest(word, candidates)
    return f"did you mean `{hit}`?" if hit else None
