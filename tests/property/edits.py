"""Edits of scripts as people and programs make them, each following from a seed."""

from __future__ import annotations

import re
from random import Random

from nccodsl.editor.chunks import pieces_of
from nccodsl.syntax.keywords import RESERVED

_WORDS = sorted(RESERVED)
_PIECES = (
    *('"', '"""', "{", "}", "{{", "}}", "(", "[", "->", "#", "\n", "\n\n", " ", "=", ",", "\r\n", "é😀", "1", "20s"),
    *(
        'talk "Hello {{ name }}"',
        "-> main",
        "step other {\n",
        "param extra: text\n",
        'test "t" {\n',
        "as x",
        "on busy ",
    ),
    "let name = 1\n",
    "# a comment\n",
    "# nccodsl: ignore W024\n",
)


def edit_of(text: str, random: Random) -> tuple[int, int, str]:
    """Where a text is changed, and what stands there afterwards."""
    at = random.randrange(len(text) + 1)
    match random.randrange(8):
        case 0 | 1:
            return at, at, random.choice('abcxyz_ 129"{}\n#=')
        case 2:
            return at, min(at + 1, len(text)), ""
        case 3:
            return at, at, random.choice(_PIECES)
        case 4:
            return at, min(at + random.choice((2, 9, 40, 200)), len(text)), ""
        case 5:
            return at, at, random.choice(_WORDS) + " "
        case 6:
            start = random.randrange(len(text) + 1)
            return at, at, text[start : start + random.choice((5, 60, 400))]
        case _:
            lines = text.split("\n")
            number = random.randrange(len(lines))
            start = len("\n".join(lines[:number])) + (number > 0)
            return start, start + len(lines[number]), random.choice(lines)


_WORD = re.compile(r"[a-z_][\w-]*|\d+|\"[^\"\n]*\"", re.ASCII)


def edit_of_parts(text: str, random: Random) -> tuple[int, int, str]:
    """The same of whole words, texts, lines and declarations: what comes of it is often a script."""
    words = list(_WORD.finditer(text))
    pieces = pieces_of(text)
    match random.randrange(7):
        case 0 | 1 | 2 if words:
            old = random.choice(words)
            alike = [one[0] for one in words if one[0][0].isalpha() == old[0][0].isalpha()]
            return old.start(), old.end(), random.choice(alike)
        case 3:
            lines = text.splitlines(keepends=True) or [""]
            number = random.randrange(len(lines))
            at = len("".join(lines[:number]))
            return at, at + len(lines[number]), ""
        case 4:
            number = random.randrange(len(pieces))
            at = len("".join(pieces[:number]))
            return at, at + len(pieces[number]), ""
        case _:
            at = len("".join(pieces[: random.randrange(len(pieces) + 1)]))
            return at, at, random.choice(pieces)
