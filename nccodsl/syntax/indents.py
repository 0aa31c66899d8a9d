"""Which brace is not closed, as the indentation tells: the parser only knows that one is."""

from __future__ import annotations

from nccodsl.base.source import line_start
from nccodsl.syntax.scan import PART


def unclosed(text: str, opened: int, end: int) -> int:
    """The offset of the brace inside of the one at `opened` whose `}` stands further left than its line begins."""
    braces: list[int] = []
    for part in PART.finditer(text, opened, end):
        at = part.start()
        if part["open"]:
            braces.append(at)
        elif part["close"] and braces:
            brace = braces.pop()
            start = line_start(text, at)
            if not text[start:at].strip() and at - start < _indent(text, brace):
                return brace
    return opened


def _indent(text: str, at: int) -> int:
    start = line_start(text, at)
    return len(text[start:at]) - len(text[start:at].lstrip())
