"""Names in another spelling, and the edits that write it wherever the file uses the name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

from nccodsl.base import lazy_re
from nccodsl.base.source import SourceFile, Span
from nccodsl.diagnostics import Edit
from nccodsl.syntax.scan import PART, names_given

NAME = lazy_re.compile(r"[a-z_][a-z0-9_]*")
_HOLES = lazy_re.compile(r"\{[{%](?:(?!\{[{%])[^\n]){0,300}?[}%]\}")
_WORD = lazy_re.compile(
    r"(?:(?P<jump>->)|(?P<step>(?<![\w.-])step(?=[ \t]))|(?P<value>(?<![=!<>])[=:]))?[ \t]{0,20}"
    r"(?<![\w.-])(?P<word>[^\W\d][\w-]*)"
)


def in_small_letters(name: str) -> str:
    """A name as it can be written: `mainMenu` as `main_menu`."""
    return re.sub(r"[^a-z0-9_]", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower())


def respelled(steps: Iterable[str]) -> dict[str, str]:
    """What to call the steps whose names cannot be theirs, where no other step is called so."""
    names = set(steps)
    better = {name: in_small_letters(name) for name in names if not NAME.fullmatch(name)}
    taken = [*names, *better.values()]
    return {name: right for name, right in better.items() if taken.count(right) == 1 and NAME.fullmatch(right)}


def renamed(file: SourceFile, name: str, better: str, *, step: bool) -> tuple[Edit, ...]:
    """Write `better` for the name of a step, or else of a value, in the templates inside texts too.

    Nothing where the file seems to have something else of that name.
    """
    words, given = _words(file.text)
    taken = ("step", better) in words if step else better in given
    if taken or not NAME.fullmatch(better):
        return ()
    found = words.get(("step", name), []) + words.get(("jump", name), []) if step else words.get((None, name), [])
    return tuple(Edit(Span(file.base + at, file.base + at + len(name)), better) for at in sorted(found))


@lru_cache(maxsize=4)
def _words(text: str) -> tuple[dict[tuple[str | None, str], list[int]], frozenset[str]]:
    """Where each word is, by what it seems to be; and the names that seem to be declared."""
    words = defaultdict[tuple[str | None, str], list[int]](list)
    for start, end in _code(text):
        for word in _WORD.finditer(text, start, end):
            seems = next((kind for kind in ("jump", "step", "value") if word[kind]), None)
            words[seems, word["word"]].append(word.start("word"))
    return dict(words), names_given(text)


def _code(text: str) -> Iterator[tuple[int, int]]:
    """Where a text is code: outside of texts and comments, and in the templates inside texts."""
    end = 0
    for part in PART.finditer(text):
        yield end, part.start()
        end = part.end()
        if part[0].startswith('"'):
            yield from (hole.span() for hole in _HOLES.finditer(text, *part.span()))
    yield end, len(text)
