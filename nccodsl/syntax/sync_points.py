"""Where parsing can go on after a mistake, as the text alone tells."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nccodsl.base.record import Record
from nccodsl.diagnostics import nearest
from nccodsl.syntax.keywords import BRANCHES, CALL_ITEMS, CHOICES, KEYWORDS, STATEMENTS, TOP_LEVEL, VERBS
from nccodsl.syntax.parser_state import BROKEN
from nccodsl.syntax.scan import PART, UNCLOSED

_KEYWORD = "|".join(map(re.escape, KEYWORDS))
_SYNC = re.compile(
    rf"{PART.pattern}|{UNCLOSED}|(?P<comment>//|/\*)|(?P<word>(?<![\w./-])(?:{_KEYWORD})(?![\w-])(?!\s*=))"
    r"|(?P<other>(?<![\w./-])[A-Za-z_][\w-]*(?![\w-])(?!\s*=))"
    r"|(?P<option>(?<![\w./-])[A-Za-z_][\w-]*(?=\s*=))"
)
BLOCK = re.compile(r"\{(?!\{)(?:\s*#[^\n]*\n)*\s*(?:\}|->|[A-Za-z_][\w-]*(?![\w-])(?!\s*:))")
"""The brace of a block: a map begins with a key and a colon."""

_ARGUMENT = re.compile(r"[ \t]+(?:[\"{\d]|->)")
_STATEMENTS = (*STATEMENTS, *TOP_LEVEL, *VERBS)
_KEY = re.compile(r"\s*:")


class Sync(Record):
    """A place where parsing can go on: its offset, and the terminals of which one must be possible there."""

    at: int
    terminals: tuple[str, ...]
    top_level: bool = False
    is_block: bool = False


ANYWHERE = ("ACTION", "_ON", "_WHEN", "_TO", "VERB", "_CLOSED")
"""The terminals of which one can be taken wherever something of a block may begin."""

_INSIDE = (
    dict.fromkeys(STATEMENTS, BROKEN)
    | dict.fromkeys(CHOICES, f"{BROKEN}_CHOICES")
    | dict.fromkeys(BRANCHES, f"{BROKEN}_BRANCHES")
    | dict.fromkeys(CALL_ITEMS, f"{BROKEN}_CALL")
    | dict.fromkeys(VERBS, f"{BROKEN}_TEST")
)


def block_terminal(text: str, at: int) -> str:
    """The terminal that stands for the header of the block at `at`, by the first word inside that tells."""
    depth = 0
    for part in _SYNC.finditer(text, at + 1, at + 2000):
        depth += 1 if part["open"] else -1 if part["close"] else 0
        if depth < 0:
            break
        terminal = _INSIDE.get(part["word"] or part["other"] or "") if depth == 0 else None
        if terminal and (_begins_line(text, part.start()) or not text[at + 1 : part.start()].strip()):
            return terminal
    return BROKEN


def sync_points(text: str, start: int, *, brackets: bool, options: bool, prose: bool) -> Iterator[Sync]:
    """Where parsing may go on after `start`, outside of what opens behind it.

    That is a keyword, a word at the beginning of a line, the brace of a block, or a closing one. A declaration at the
    beginning of a line always is such a place: there a brace is missing.
    `brackets`: `start` lies in a list or a map, whose words are no statements.
    `options`: those behind `start` belong to what stands before it.
    `prose`: a text is not closed, so that words of the next line may belong to it.
    """
    depth = 0
    for part in _SYNC.finditer(text, start):
        at = part.start()
        if part["open"]:
            if depth == 0 and part["open"] == "{" and BLOCK.match(text, at):
                yield Sync(at, ("LBRACE",), is_block=True)
            depth += 1
        elif part["close"]:
            if depth == 0 and part["close"] == "}":
                yield Sync(at, ("RBRACE",))
            depth = max(depth - 1, 0)
        elif part["comment"]:
            if depth == 0 and at > start and _begins_line(text, at):
                yield Sync(at, ANYWHERE)
        elif part["option"]:
            if options and depth == 0:
                yield Sync(at, ("OPTION",))
        elif word := part["word"] or part["other"]:
            terminal = KEYWORDS.get(word)
            if terminal and word in TOP_LEVEL and (at == 0 or text[at - 1] in "\n\r"):
                depth = 0
                yield Sync(at, (terminal,), top_level=True)
            elif depth == 0 and (found := _statement(text, start, at, word, brackets, prose)):
                yield found


def _statement(text: str, start: int, at: int, word: str, brackets: bool, prose: bool) -> Sync | None:
    """What a word outside of braces may begin."""
    first = _begins_line(text, at)
    if brackets and (not first or _KEY.match(text, at + len(word))):
        return None
    if not first and at > start and _begins_line(text, start) and "\n" not in text[start:at]:
        return None  # an argument of the word that the line begins with
    if terminal := KEYWORDS.get(word):
        return Sync(at, (terminal,))
    # Each statement that cannot be read is a place to go on too, so that each one is reported.
    if at == start or not first:
        return None
    if prose and not _ARGUMENT.match(text, at + len(word)) and nearest(word, _STATEMENTS) is None:
        return None
    return Sync(at, ANYWHERE)


def _begins_line(text: str, at: int) -> bool:
    """Whether only space stands before `at` on its line; a look back of 200 characters is enough."""
    before = text[max(at - 200, 0) : at]
    return not before.rpartition("\n")[2].strip() and ("\n" in before or at <= 200)
