"""Edits that take something away or put something in, with the space and the commas around it."""

from __future__ import annotations

from nccodsl.base.source import SourceFile, Span, line_start
from nccodsl.diagnostics.diagnostic import Edit, Fix, Message


def without(file: SourceFile, span: Span) -> Edit:
    """Takes a span away: a member with its comma, a statement with its line where nothing else stands there."""
    text, start, end = file.text, span.start - file.base, span.end - file.base
    behind = end
    while text[behind : behind + 1] in (" ", "\t"):
        behind += 1
    before = _before(text, start, " \t")
    after_space = _before(text, before, " \t\r\n")
    if text[behind : behind + 1] == ",":
        end = behind + 1 + (text[behind + 1 : behind + 2] == " ")
    elif text[after_space - 1 : after_space] == ",":
        start = after_space - 1
    elif text[behind : behind + 1] in ("\n", "") and text[before - 1 : before] in ("\n", ""):
        start, end = before, min(behind + 1, len(text))
    elif text[before - 1 : before] in ("\n", ""):
        end = behind
    else:
        start = before
    return Edit(Span(file.base + start, file.base + end), "")


def without_second(message: Message, file: SourceFile, span: Span) -> Message:
    """What is given twice, with the fix that takes the second one away."""
    fix = Fix("remove the second one", (without(file, span),), is_help=message.help is None)
    return Message(message.code, message.text, message.help or fix.title, message.labels, fix)


def _before(text: str, at: int, spaces: str) -> int:
    """Where the space before an offset begins."""
    while at and text[at - 1] in spaces:
        at -= 1
    return at


def into_block(file: SourceFile, closing: int, statement: str) -> Edit:
    """Puts a statement before the closing brace at an offset: on a line of its own where the brace has one."""
    text, at = file.text, closing - file.base
    line = line_start(text, at)
    indent = text[line:at]
    if indent.strip():
        spaced = text[at - 1 : at].isspace()
        return Edit(Span(closing, closing), f"{'' if spaced else ' '}{statement} ")
    return Edit(Span(file.base + line, file.base + line), f"{indent}  {statement}\n")
