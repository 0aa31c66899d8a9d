"""Edits of scripts as people and programs make them, each following from a seed."""

from __future__ import annotations

from random import Random

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
