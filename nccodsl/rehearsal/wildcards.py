"""Addresses with open parts: what a `fetch` may ask, and which replies of a test are meant for it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nccodsl.analysis.program import Hole


def pieces_of(address: object) -> tuple[object, ...]:
    """The pieces of an address in a script: texts, and what is open."""
    pieces = address.pieces if isinstance(address, Hole) else None
    return (address,) if pieces is None else pieces


def wildcard(pieces: Iterable[object]) -> re.Pattern[str]:
    """What `fullmatch` finds fitting: a text stands for itself, any other piece for any text."""
    texts = [""]
    for piece in pieces:
        if isinstance(piece, str):
            texts[-1] += piece
        else:
            texts.append("")
    first, *others = map(re.escape, texts)
    if not others:
        return re.compile(first)
    # Where a text first fits is the best place for it: no later place leaves more for the next. So nothing is tried
    # twice (`(?>…)`), however many open parts there are.
    between = "".join(f"(?>.*?{text})" for text in others[:-1] if text)
    return re.compile(f"{first}{between}.*{others[-1]}", re.DOTALL)
