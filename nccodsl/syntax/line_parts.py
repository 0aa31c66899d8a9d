"""What the tables of habits in lines are made of."""

from __future__ import annotations

import re
from collections.abc import Callable

from nccodsl.base.record import Record

NAME = r"[A-Za-z_]\w{0,60}(?:-\w{1,60}){0,5}"
STRING = r'"(?:[^"\\\n]|\\.){0,400}"'
MATCH = rf"(?:{STRING}|\d{{1,20}}|{NAME})"
ON = rf"on {MATCH}(?:,~{MATCH}){{0,9}}"
BRANCH = rf"(?:{ON}|otherwise)"
ENDS = r"(?=~(?:\}|\Z))"
ACTION = r"(?:talk|stream|record|conversation|notify|wait|transfer|connect|input|fetch|set|hangup|->)"
SPOKEN = r"(?:talk|stream|record|conversation|notify|wait|transfer|connect|input|fetch|set)"
JUMP = r"(?:goto|jump|redirect|go to|step|call|do)"
VALUE = rf"(?:{STRING}|\{{\{{[^{{}}\n]{{0,200}}\}}\}}|[\w.+-]{{1,60}}(?![\w.+:-]|~=))"
PLACE = r"(?:connect|to|from)"
FLAG = r"(?:barge_?in|beep_?start|mute|premium|end_?on_?exit|start_?on_?enter|random_?from_?number)"
SUM = r"\w{1,60}(?:(?:\.\w{1,60}|~[-+*/]~\w{1,60})){1,6}"
QUOTE = rf"(?:{STRING}|'[^'\"\\\n]{{0,400}}')"


def spaced(pattern: str) -> str:
    """In the patterns below, a space stands for space within a line, and `~` for such space or nothing."""
    return pattern.replace(" ", "[ \\t]+").replace("~", "[ \\t]*")


Right = str | Callable[[re.Match[str]], str | None] | None


class LineHabit(Record):
    """A form that other languages have, and the one that is right here.

    Where the parser stops inside of what `pattern` matches, the error is `said`, and `right` takes its place; None
    where no right form is known. Both may name groups of the match. `help`: instead of "write …". `safe`: what is meant
    is certain. `unknown`: the language has no such word. `reads_comment`: what looks like a comment belongs to it.
    """

    pattern: re.Pattern[str]
    right: Right
    said: str
    help: str = ""
    safe: bool = True
    unknown: bool = False
    reads_comment: bool = False

    def form(self, match: re.Match[str]) -> str | None:
        """What is right in the place of a match; None where that is not known, or is what stands there."""
        if self.right is None:
            return None
        right = self.right(match) if callable(self.right) else match.expand(self.right)
        return None if right is None or _same(right, match[0]) else right


def _same(form: str, written: str) -> bool:
    return form.replace("{", " {").split() == written.replace("{", " {").split()
