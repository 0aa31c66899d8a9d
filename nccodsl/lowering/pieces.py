"""A document is a list of pieces: constant text, and functions from the scope to text.

Neighbouring constants are merged when the script is compiled.
"""

from __future__ import annotations

from collections.abc import Iterable

from nccodsl.lowering.holes import Emit
from nccodsl.templates import Scope

Piece = str | Emit


def merged(pieces: Iterable[Piece]) -> list[Piece]:
    """Neighbouring constants made one."""
    found: list[Piece] = []
    constant: list[str] = []
    for piece in pieces:
        if isinstance(piece, str):
            constant.append(piece)
            continue
        if constant:
            found.append("".join(constant))
            constant = []
        found.append(piece)
    if constant or not found:
        found.append("".join(constant))
    return found


def joined(pieces: Iterable[Piece]) -> Emit:
    """The function that yields all pieces as one text."""
    flat = merged(pieces)
    if len(flat) == 1:
        only = flat[0]
        return (lambda _scope: only) if isinstance(only, str) else only
    head = flat[0] if isinstance(flat[0], str) else ""
    pairs: list[tuple[Emit, str]] = []
    for index, piece in enumerate(flat):
        if not isinstance(piece, str):
            after = flat[index + 1] if index + 1 < len(flat) else ""
            pairs.append((piece, after if isinstance(after, str) else ""))

    def emit(scope: Scope) -> str:
        texts = [head]
        for fill, tail in pairs:
            texts.append(fill(scope))
            texts.append(tail)
        return "".join(texts)

    return emit
