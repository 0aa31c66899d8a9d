"""What the tables of habits in lines are made of."""

from __future__ import annotations

import re
from collections.abc import Callable

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
CALLED = r"(?:talk|stream|say|speak|print|echo|log|console\.log|printf|puts)"
QUOTE = rf"(?:{STRING}|'[^'\"\\\n]{{0,400}}')"


def spaced(pattern: str) -> str:
    """In the patterns below, a space stands for space within a line, and `~` for such space or nothing."""
    return pattern.replace(" ", "[ \\t]+").replace("~", "[ \\t]*")


Right = str | Callable[[re.Match[str]], str | None] | None
Row = tuple[re.Pattern[str], Right, str]
"""A pattern; the form that is right, None where none is known; the error."""
