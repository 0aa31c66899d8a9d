"""A text in parts: words that people read, and what is kept as it is: placeholders, tags and entities."""

from __future__ import annotations

from collections.abc import Iterator

_BRACKETS = (("{{", "}}"), ("{%", "%}"), ("{#", "#}"), ("<", ">"), ("&", ";"))
_LONGEST_ENTITY = 10
"""Characters between `&` and `;`."""


def literal_parts(text: str) -> Iterator[tuple[str, bool]]:
    """The parts in order, each with whether it is read by people."""
    opening = [text.find(begin) for begin, _ in _BRACKETS]
    done = at = 0
    while True:
        found = [(start, number) for number, start in enumerate(opening) if start >= 0]
        if not found:
            break
        start, number = min(found)
        begin, close = _BRACKETS[number]
        if start < at:
            opening[number] = text.find(begin, at)
            continue
        most = start + _LONGEST_ENTITY + 2 if begin == "&" else len(text)
        end = text.find(close, start + len(begin), most)
        if end < 0:
            # Without an end, no later one has one either; but an entity is short.
            opening[number] = text.find(begin, start + 1) if begin == "&" else -1
            continue
        if start > done:
            yield text[done:start], True
        done = at = end + len(close)
        yield text[start:done], False
        opening[number] = text.find(begin, at)
    if done < len(text):
        yield text[done:], True


def has_words(text: str) -> bool:
    """Whether there is anything to translate."""
    return any(words and any(char.isalpha() for char in part) for part, words in literal_parts(text))
