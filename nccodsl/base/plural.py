"""Numbers of things in texts for people."""

from __future__ import annotations


def counted(number: int, thing: str) -> str:
    """`1 file`, `2 files`: for nouns that take an `s`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
