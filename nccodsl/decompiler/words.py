"""Texts side by side, word by word: what they share, and where they differ."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence


def aligned(texts: Sequence[str]) -> Iterator[str | list[str]]:
    """Texts word by word: what they share, and in between lists of what each has there."""
    rows = [re.findall(r"\s+|\S+", text) for text in texts]
    if len({len(row) for row in rows}) > 1:
        yield from _around(rows)
        return
    columns = list(zip(*rows, strict=True))
    same = [len(set(column)) == 1 for column in columns]
    at = 0
    while at < len(columns):
        end = at + 1
        if same[at]:
            yield columns[at][0]
        else:
            # One space between two words that differ belongs to what differs.
            while end < len(columns) and (not same[end] or (end + 1 < len(columns) and not same[end + 1])):
                end += 1
            yield from _trimmed(["".join(row[at:end]) for row in rows])
        at = end


def _around(rows: list[list[str]]) -> Iterator[str | list[str]]:
    """The words that all begin with, what differs, and the words that all end with."""
    least = min(map(len, rows))
    start = next((at for at in range(least) if len({row[at] for row in rows}) > 1), least)
    end = next((at for at in range(least - start) if len({row[-1 - at] for row in rows}) > 1), least - start)
    if start:
        yield "".join(rows[0][:start])
    yield from _trimmed(["".join(row[start : len(row) - end]) for row in rows])
    if end:
        yield "".join(rows[0][len(rows[0]) - end :])


def _trimmed(texts: list[str]) -> Iterator[str | list[str]]:
    """Signs that all begin or end with are no part of what differs."""
    start = end = 0
    least = min(map(len, texts))
    while start < least and not texts[0][start].isalnum() and len({text[start] for text in texts}) == 1:
        start += 1
    while end < least - start and not texts[0][-1 - end].isalnum() and len({text[-1 - end] for text in texts}) == 1:
        end += 1
    if start:
        yield texts[0][:start]
    yield [text[start : len(text) - end] for text in texts]
    if end:
        yield texts[0][len(texts[0]) - end :]
