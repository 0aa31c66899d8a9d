"""A coarse look at a text before it is parsed: is it text at all, how deep does it nest, where are its comments.

It also tells recovery where the next statement begins. It knows strings, comments and brackets, nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from nccodsl.diagnostics import Collector, nearest
from nccodsl.record import Record
from nccodsl.source import SourceFile, Span
from nccodsl.syntax import ast

MOST_CHARACTERS = 2 * 1024 * 1024
DEEPEST = 50
"""Open brackets, braces and template marks at one place; a person's scripts stay below ten."""

_PART = re.compile(
    r'"""(?:[^"\\]|\\[\s\S]|"(?!""))*"""'
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|(?P<comment>#[^\n]*)"
    r"|(?P<open>[{(\[])"
    r"|(?P<close>[})\]])"
)
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")

TOP_LEVEL = {
    "param": "_PARAM",
    "let": "_LET",
    "defaults": "_DEFAULTS",
    "include": "_INCLUDE",
    "call": "_CALL",
    "step": "_STEP",
    "test": "_TEST",
}
STATEMENTS = dict.fromkeys(
    ("talk", "stream", "record", "conversation", "notify", "wait", "transfer", "raw", "pay"), "ACTION"
) | {
    "connect": "_CONNECT",
    "input": "_INPUT",
    "fetch": "_FETCH",
    "set": "_SET",
    "if": "_IF",
    "for": "_FOR",
    "->": "ARROW",
    "hangup": "HANGUP",
}
BRANCHES = {"on": "_ON", "retry": "_RETRY", "otherwise": "_OTHERWISE"}
CALL_ITEMS = {"to": "_TO", "from": "_FROM"}
KEYWORDS = TOP_LEVEL | STATEMENTS | BRANCHES | CALL_ITEMS | {"elif": "_ELIF", "else": "_ELSE", "with": "_WITH"}

_SYNC = re.compile(
    _PART.pattern + r"|(?P<word>(?<![\w-])(?:" + "|".join(map(re.escape, KEYWORDS)) + r")(?![\w-])(?!\s*=))"
    r"|(?P<other>(?<![\w-])[A-Za-z_]\w*(?=[ \t]+[\"{0-9a-z]))"
)


class Sync(Record):
    """A place where parsing can go on: the terminal that stands there and its offset in the file."""

    terminal: str
    at: int
    top_level: bool


def check_text(file: SourceFile, collector: Collector) -> bool:
    """Report a text that cannot be parsed at all: too large, not text, or nested beyond reason."""
    if len(file.text) > MOST_CHARACTERS:
        collector.report(
            "E109",
            Span(file.base, file.base),
            f"{file.name} has {len(file.text):,} characters; {MOST_CHARACTERS:,} are the most",
            help="a script of that size is generated: generate the values instead, and compile with --rows",
        )
        return False
    if odd := _NOT_TEXT.search(file.text):
        at = file.base + odd.start()
        what = "a zero byte" if odd[0] == "\x00" else "half of a surrogate pair"
        collector.report("E110", Span(at, at + 1), f"{file.name} is not text: it holds {what}")
        return False
    depth = 0
    for part in _PART.finditer(file.text):
        if part["open"]:
            depth += 1
            if depth > DEEPEST:
                at = file.base + part.start()
                collector.report("E108", Span(at, at + 1), f"more than {DEEPEST} brackets are open at this place")
                return False
        elif part["close"]:
            depth = max(depth - 1, 0)
    return True


def comments(file: SourceFile) -> tuple[ast.Comment, ...]:
    """All comments of a text, in order."""
    return tuple(
        ast.Comment(text=part[0].rstrip("\r"), span=Span(file.base + part.start(), file.base + part.end()))
        for part in _PART.finditer(file.text)
        if part["comment"] and not _in_template(file.text, part.start())
    )


def _in_template(text: str, at: int) -> bool:
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return line.count("{{") > line.count("}}")


def sync_points(text: str, start: int) -> Iterator[Sync]:
    """Where parsing may go on after `start`: a keyword or a closing brace outside of what opens behind `start`.

    A declaration at the beginning of a line always is such a place: somebody forgot a brace.
    """
    depth = 0
    for part in _SYNC.finditer(text, start):
        at = part.start()
        if part["open"]:
            depth += 1
        elif part["close"]:
            if depth == 0 and part["close"] == "}":
                yield Sync("RBRACE", at, top_level=False)
            depth = max(depth - 1, 0)
        elif word := part["word"]:
            line_start = at == 0 or text[at - 1] in "\n\r"
            if word in TOP_LEVEL and line_start:
                depth = 0
                yield Sync(KEYWORDS[word], at, top_level=True)
            elif depth == 0:
                yield Sync(KEYWORDS[word], at, top_level=False)
        elif part["other"] and depth == 0 and at > start and _begins_line(text, at):
            # A misspelt statement is a place to go on too, so that each one is told.
            meant = nearest(part["other"], STATEMENTS | TOP_LEVEL)
            if meant is not None:
                yield Sync(KEYWORDS[meant], at, top_level=False)


def _begins_line(text: str, at: int) -> bool:
    """Whether only space stands before `at` on its line; a look back of 200 characters is enough."""
    before = text[max(at - 200, 0) : at]
    return not before.rpartition("\n")[2].strip() and ("\n" in before or at <= 200)
