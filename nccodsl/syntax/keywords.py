"""The reserved words of the language by where they may stand, read from the grammar.

Owns: reading the terminals and groups of `grammar/call.lark` as text. Messages, recovery and highlighting need them; a
script without mistakes does not, so nothing that every run needs imports this.
"""

from __future__ import annotations

from nccodsl.syntax.tables import grammar_text

_WORD_END = r"\b/"


def _definitions() -> dict[str, str]:
    """The first line of each rule and terminal, by its name."""
    lines = (line for line in grammar_text().splitlines() if line[:1].isalpha() or line[:1] in ("_", "?"))
    parted = (line.partition(":") for line in lines)
    return {name.strip("?").partition(".")[0]: body.strip() for name, _, body in parted}


_DEFINED = _definitions()


def _words(terminal: str) -> list[str]:
    """The words that a terminal stands for."""
    body = _DEFINED[terminal]
    if body.endswith(_WORD_END):
        return body.removesuffix(_WORD_END).removeprefix("/").removeprefix("(?:").removesuffix(")").split("|")
    return [body.strip('"')]


def pattern(terminal: str) -> str:
    """The regular expression of a terminal that the grammar writes as one."""
    return _DEFINED[terminal].removeprefix("/").removesuffix("/")


def _beginnings(rule: str, *, without: tuple[str, ...] = ()) -> dict[str, str]:
    """The words that the alternatives of a rule begin with, and the terminal of each."""
    body = _DEFINED[rule]
    group = body[body.find("(") + 1 : body.find(")")] if "(" in body else body
    firsts = [_DEFINED[one].split()[0] for one in group.split(" | ") if one not in without]
    return {word: terminal for terminal in firsts for word in _words(terminal)}


STATEMENTS = _beginnings("_statement")
TOP_LEVEL = _beginnings("_item", without=("_statement", "handler", "broken"))
BRANCHES = _beginnings("branches", without=("event", "broken"))
CHOICES = _beginnings("choices", without=("broken",))
CALL_ITEMS = _beginnings("call", without=("option", "handler", "on", "broken"))
HOURS_RULES = _beginnings("hours", without=("weekdays",))
_INSIDE = {word: terminal for terminal in ("_ELIF", "_ELSE", "_WITH", "_AT") for word in _words(terminal)}
KEYWORDS = TOP_LEVEL | STATEMENTS | CHOICES | BRANCHES | CALL_ITEMS | HOURS_RULES | _INSIDE
"""The words that parsing can go on at after a mistake."""
VERBS = tuple(_words("VERB"))
"""The verbs of a test."""
WITHDRAWN = frozenset(_words("ACTION")[_words("ACTION").index("raw") + 1 :])
"""Statements that the language knows and the platform no longer has."""
RESERVED = {word: name for name, body in _DEFINED.items() if body.endswith(_WORD_END) for word in _words(name)}
"""Every word that the language reserves at some place, and its terminal."""
