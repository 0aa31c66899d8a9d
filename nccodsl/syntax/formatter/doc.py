"""A small algebra of documents: text that knows where it may be broken, and the printer that decides.

Owns: the pieces and the choice between one line and several. Does not own: what a script looks like (rules, values).

A document is a string (printed as it is), a tuple of documents, or one of the pieces below. A `Group` is printed on
one line where it fits, with all of its own `Line`s broken otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

INDENT: Final = 2


class LineBreak:
    """Where a group may be broken: `flat` stands there when it is not. A `hard` line is always broken."""

    __slots__ = ("flat", "hard")

    def __init__(self, flat: str = " ", *, hard: bool = False) -> None:
        self.flat = flat
        self.hard = hard


class Group:
    """Printed on one line if it fits. `hard`: something in it cannot be on one line.

    `width`: columns of the body on one line, None where it holds a line end.
    """

    __slots__ = ("body", "hard", "width")

    def __init__(self, *body: Doc, hard: bool = False) -> None:
        self.body = body
        self.hard = hard or is_hard(body)
        self.width = None if self.hard else _flat_width(body)


class Indent:
    """Lines that are broken inside begin two columns further in."""

    __slots__ = ("body",)

    def __init__(self, *body: Doc) -> None:
        self.body = body


class IfBroken:
    """Text that is there only when the group around it is broken, such as the comma behind a last item."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


class Suffix:
    """Text that goes to the end of the line, whatever else comes before it; the group around it is broken."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


Doc = str | tuple["Doc", ...] | LineBreak | Group | Indent | IfBroken | Suffix

LINE: Final = LineBreak()
SOFT: Final = LineBreak("")
HARD: Final = LineBreak(hard=True)


def is_hard(doc: Doc) -> bool:
    """Whether a document holds what forces the group around it to be broken."""
    if isinstance(doc, tuple):
        return any(is_hard(part) for part in doc)
    if isinstance(doc, Indent):
        return is_hard(doc.body)
    return isinstance(doc, Suffix) or (isinstance(doc, LineBreak | Group) and doc.hard)


def _flat_width(doc: Doc) -> int | None:
    """The columns of a document on one line; None where it holds a line end. Of groups it is known already."""
    if isinstance(doc, str):
        return None if "\n" in doc else len(doc)
    if isinstance(doc, LineBreak):
        return None if doc.hard else len(doc.flat)
    if isinstance(doc, Group):
        return doc.width
    if isinstance(doc, IfBroken):
        return 0
    if isinstance(doc, Suffix):
        return None
    total = 0
    for part in doc if isinstance(doc, tuple) else doc.body:
        width = _flat_width(part)
        if width is None:
            return None
        total += width
    return total


def flat_text(doc: Doc) -> str | None:
    """The document on one line; None where it cannot be."""
    if isinstance(doc, str):
        return None if "\n" in doc else doc
    if isinstance(doc, LineBreak):
        return None if doc.hard else doc.flat
    if isinstance(doc, IfBroken):
        return ""
    if isinstance(doc, Suffix):
        return None
    parts = [flat_text(part) for part in (doc if isinstance(doc, tuple) else doc.body)]
    return None if None in parts else "".join(part for part in parts if part)


def render(doc: Doc, width: int) -> str:
    """The text of a document, broken so that lines have at most `width` columns where that is possible.

    Empty lines hold no spaces. Comments at the ends of lines do not count.
    """
    out: list[str] = []
    suffixes: list[str] = []
    column = 0
    margin = 0  # spaces that the line will begin with, if it holds anything
    stack: list[tuple[int, bool, Doc]] = [(0, False, doc)]
    while stack:
        indent, flat, doc = stack.pop()
        if isinstance(doc, str):
            if margin and doc:
                out.append(" " * margin)
                margin = 0
            out.append(doc)
            end = doc.rfind("\n")
            column = column + len(doc) if end < 0 else len(doc) - end - 1
        elif isinstance(doc, tuple):
            stack.extend((indent, flat, part) for part in reversed(doc))
        elif isinstance(doc, Group):
            fits = flat or (not doc.hard and _fits(width - column, doc, stack))
            stack.extend((indent, fits and not doc.hard, part) for part in reversed(doc.body))
        elif isinstance(doc, Indent):
            stack.extend((indent + INDENT, flat, part) for part in reversed(doc.body))
        elif isinstance(doc, LineBreak):
            if flat and not doc.hard:
                out.append(doc.flat)
                column += len(doc.flat)
                continue
            out += (*suffixes, "\n")
            suffixes.clear()
            column = margin = indent
        elif isinstance(doc, IfBroken):
            if not flat:
                stack.append((indent, flat, doc.text))
        else:
            suffixes.append(doc.text)
    return "".join((*out, *suffixes))


def _fits(room: int, group: Group, behind: Sequence[tuple[int, bool, Doc]]) -> bool:
    """Whether a group on one line, and what follows up to where a line may end, has at most `room` columns."""
    if group.width is not None and group.width > room:
        # Most groups that are broken end here; looking at their parts again for each would take long in deep values.
        return False
    left = len(behind)
    work: list[tuple[bool, Doc]] = [(True, part) for part in reversed(group.body)]
    while room >= 0:
        if not work:
            if not left:
                return True
            left -= 1
            _, flat, doc = behind[left]
        else:
            flat, doc = work.pop()
        if isinstance(doc, str):
            end = doc.find("\n")
            if end >= 0:
                return room >= end
            room -= len(doc)
        elif isinstance(doc, tuple):
            work.extend((flat, part) for part in reversed(doc))
        elif isinstance(doc, Group):
            work.extend((flat and not doc.hard, part) for part in reversed(doc.body))
        elif isinstance(doc, Indent):
            work.extend((flat, part) for part in reversed(doc.body))
        elif isinstance(doc, LineBreak):
            if doc.hard or not flat:
                return True
            room -= len(doc.flat)
        elif isinstance(doc, IfBroken) and not flat:
            room -= len(doc.text)
    return False
