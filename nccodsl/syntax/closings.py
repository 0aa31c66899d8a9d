"""What is missing at the end of a string, a template or a block, and where it most likely goes."""

from __future__ import annotations

from nccodsl.base.source import SourceFile, Span, line_end
from nccodsl.diagnostics import Edit, Fix
from nccodsl.diagnostics.edits import without
from nccodsl.syntax.keywords import BRANCHES, CALL_ITEMS, CHOICES, STATEMENTS, TOP_LEVEL
from nccodsl.syntax.scan import CLOSERS

_WORDS = STATEMENTS.keys() | TOP_LEVEL.keys() | CHOICES.keys() | BRANCHES.keys() | CALL_ITEMS.keys()
_MOST_LINES = 50
"""Of a text: further on, no end of it is looked for."""


def _fix(file: SourceFile, title: str, *edits: tuple[int, int, str]) -> Fix:
    placed = (Edit(Span(file.base + start, file.base + end), text) for start, end, text in edits)
    return Fix.as_help(title, *placed)


def close_string(file: SourceFile, at: int) -> Fix:
    """For the string that begins at `at` and does not end on its line."""
    text = file.text
    end = line_end(text, at)
    if (closing := _closing_quote(text, end)) is not None:
        return _fix(file, 'write `"""` at both ends of the text', (at, at + 1, '"""'), (closing, closing + 1, '"""'))
    body = _without_braces(text[at:end])
    stop = at + len(body)
    if body == '"':
        return _fix(file, 'remove `"`', (at, stop, ""))
    if body.endswith('\\"'):
        return _fix(file, "write `\\\\` for a backslash", (stop - 1, stop - 1, "\\"))
    slashes = len(body) - len(body.rstrip("\\"))
    return _fix(file, 'add `"` at the end of the text', (stop, stop, '\\"' if slashes % 2 else '"'))


def _closing_quote(text: str, stop: int) -> int | None:
    """The quote that ends a text on a later line, where all between looks like text."""
    at = text.find('"', stop)
    lines = text[stop:at].split("\n", _MOST_LINES)[1:] if at >= 0 else []
    if not lines or len(lines) == _MOST_LINES or text[at + 1 : line_end(text, at)].strip():
        return None
    if any(_begins_statement(line) for line in lines) or lines[-1].rstrip().endswith(("=", ":", ",", "[")):
        return None
    return at


def close_long_string(file: SourceFile, at: int) -> Fix:
    """For the long string that begins at `at`: it ends before the next statement, or with the file."""
    text, start = file.text, line_end(file.text, at)
    for line in text[start + 1 : start + 10_000].split("\n")[:_MOST_LINES]:
        if line.strip() and _begins_statement(line):
            return _fix(file, 'add `"""` at the end of the text', (start, start, '\n"""'))
        start += 1 + len(line)
    stop = len(text.rstrip())
    return _fix(file, 'add `"""` at the end of the text', (stop, stop, '"""' if stop == at + 3 else '\n"""'))


def close_template(file: SourceFile, at: int) -> Fix:
    """For the `{{` at `at`: it ends with its line, after what is open inside it."""
    body = file.text[at : line_end(file.text, at)].rstrip()
    if body.endswith(" {"):
        body = body[:-1].rstrip()
    missing, quote = "", ""
    for offset, char in enumerate(body[2:], at + 2):
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in CLOSERS:
            missing = CLOSERS[char] + missing
        elif missing[:1] == char:
            missing = missing[1:]
        elif char == "}":
            return _fix(file, "write `}}` instead of `}`", (offset, offset, f"{missing}}}"))
    stop = at + len(body)
    return _fix(file, "add `}}` at the end of the template", (stop, stop, f"{quote}{missing} }}}}"))


def close_block(file: SourceFile) -> Fix:
    """For the block that is open at the end of the file."""
    end = len(file.text)
    return _fix(file, "add `}` at the end of its block", (end, end, "}\n" if file.text.endswith("\n") else "\n}\n"))


def move_to_top(file: SourceFile, at: int) -> Fix | None:
    """For the declaration at `at`, inside a block, if it has one line."""
    line = file.text[at : line_end(file.text, at)].rstrip()
    if line.endswith(" }") and line.count("{") < line.count("}"):
        line = line[:-1].rstrip()
    others = any(word in _WORDS for word in line.split()[1:])
    if others or line.count("{") != line.count("}") or line.count('"') % 2:
        return None
    span = Span(file.base + at, file.base + at + len(line))
    at_top = Edit(Span(file.base, file.base), f"{line}\n")
    return Fix.as_help("move it to the top of the file", at_top, without(file, span))


def _without_braces(line: str) -> str:
    """A line without the braces of blocks at its end."""
    line = line.rstrip()
    while line.endswith(("{", "}")) and not line.endswith(("{{", "}}")):
        line = line[:-1].rstrip()
    return line


def _begins_statement(line: str) -> bool:
    first = line.split(maxsplit=1)[:1]
    return bool(first) and (first[0].startswith(("}", "->")) or first[0] in _WORDS)
