"""A coarse look at a text before it is parsed: is it text at all, how deep does it nest?

It knows strings, comments and brackets, nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from nccodsl.base import lazy_re
from nccodsl.base.source import SourceFile, Span
from nccodsl.diagnostics import Collector, messages
from nccodsl.syntax.nodes import JINJA_STRING

CLOSERS = {"(": ")", "[": "]", "{": "}"}
_SIGNS = frozenset("()[]{}")
MOST_CHARACTERS = 2 * 1024 * 1024
DEEPEST = 50
"""Open brackets, braces and template marks at one place; a person's scripts stay below ten."""

# A quote behind a backslash opens no string: so of those that are never closed, one in a line is looked at, not each.
PART = lazy_re.compile(
    r'(?<!\\)"""(?:[^"\\]|\\[\s\S]|"(?!""))*"""'
    r'|(?<!\\)"(?:[^"\\\n]|\\.)*"'
    r"|#[^\n]*"
    r"|(?P<open>[{(\[])"
    r"|(?P<close>[})\]])"
)
_STRINGS = r"""'(?:[^'\\]|\\[\s\S])*+'|"(?:[^"\\]|\\[\s\S])*+\""""
# Brackets in the strings of a template, and in the name of a file of the library, do not count.
_NESTING = rf"(?P<template>\{{\{{(?:[^{{}}\"'#]|{_STRINGS})*+\}}\}})|<[^<>\n]*+>|{PART.pattern}"
UNCLOSED = r'"(?:[^\n{}]|\{\{|\}\}|[{}](?![ \t{}]{0,20}(?:\n|\Z)))*'
"""A string that its line does not close, without the braces at the end of that line.

For a pattern that looks for closed strings first.
"""
_NOT_TEXT = lazy_re.compile("[\x00\ud800-\udfff]")


# Neither part looks beyond the next word of its own kind, so that a row of them is read once.
_SECRET = lazy_re.compile(
    r'\bparam\b(?:(?!\bparam\b)[^=\n"]){0,300}?\bprivate\b(?:(?!\bprivate\b)[^=\n"]){0,100}=[ \t]*'
)
_REST = lazy_re.compile(r'"""[\s\S]*|"[^\n]*|[^\n"#]*')


def hide_defaults(file: SourceFile) -> None:
    """Keep the defaults of private params out of excerpts, those of lines that cannot be parsed too.

    What stands in several lines is found by analysis, where it can be parsed.
    """
    if "private" not in file.text:
        return
    for found in _SECRET.finditer(file.text):
        at = found.end()
        part = PART.match(file.text, at)
        whole = part if part and not part["open"] and not part["close"] else _REST.match(file.text, at)
        if whole is not None:
            file.hide(Span(file.base + at, file.base + whole.end()))


_GIVEN = lazy_re.compile(
    r"^[ \t]*\w{1,40}[ \t]+([A-Za-z_]\w*)[ \t]*[:=]|(?<![\w-])(?:param|let|set|for|as|dialog)[ \t]+([A-Za-z_]\w*)", re.M
)


def names_given(text: str) -> frozenset[str]:
    """The names that a text with syntax errors seems to declare or to give a value, also where it cannot be read."""
    return frozenset(found[1] or found[2] for found in _GIVEN.finditer(text))


def is_text(file: SourceFile) -> bool:
    """Whether a file is one that can be parsed at all, however deep it nests."""
    return len(file.text) <= MOST_CHARACTERS and not _NOT_TEXT.search(file.text)


def check_text(file: SourceFile, collector: Collector) -> bool:
    """Report a text that cannot be parsed at all: too large, not text, or nested beyond reason."""
    if len(file.text) > MOST_CHARACTERS:
        too_large = messages.syntax.too_large(file.name, len(file.text), MOST_CHARACTERS)
        collector.report(too_large, Span(file.base, file.base))
        return False
    if odd := _NOT_TEXT.search(file.text):
        at = file.base + odd.start()
        collector.report(messages.syntax.not_text(file.name, odd[0]), Span(at, at + 1))
        return False
    hide_defaults(file)
    depth = 0
    for at, opens in _brackets(file.text):
        depth = depth + 1 if opens else max(depth - 1, 0)
        if depth > DEEPEST:
            collector.report(messages.syntax.too_deep(DEEPEST), Span(file.base + at, file.base + at + 1))
            return False
    return True


def _brackets(text: str) -> Iterator[tuple[int, bool]]:
    """Where brackets stand, and whether each opens or closes."""
    for part in re.finditer(_NESTING, text):  # compiled for what the quick way has refused
        if part["template"]:
            signs = JINJA_STRING.sub(lambda found: " " * len(found[0]), part[0])
            yield from ((part.start() + at, sign in CLOSERS) for at, sign in enumerate(signs) if sign in _SIGNS)
        elif part["open"] or part["close"]:
            yield part.start(), part["open"] is not None
