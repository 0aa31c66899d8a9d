"""Text in, text out: formatting a script, and the proof that nothing but its layout has changed."""

from __future__ import annotations

import re
from collections import Counter

from nccodsl.base.record import Record
from nccodsl.base.source import SourceFile, Sources
from nccodsl.diagnostics import Collector
from nccodsl.errors import ProofFailed
from nccodsl.syntax import ast
from nccodsl.syntax.formatter.declarations import Rules
from nccodsl.syntax.formatter.doc import render
from nccodsl.syntax.formatter.layout import Fresh, Layout, Written
from nccodsl.syntax.parser import parse

WIDTH = 100
_LONE_LF = re.compile(r"(?<!\r)\n")


class Formatted(Record):
    """`text` is the script in its one layout; None where it has syntax errors, which the collector holds."""

    text: str | None
    collector: Collector


def format_text(text: str, name: str = "script.call", width: int = WIDTH) -> Formatted:
    """Format a script; lines are as long as `width` columns where they can be broken.

    A text whose line ends all are CRLF keeps them. Raises ProofFailed where the outcome does not mean the same.
    """
    sources = Sources()
    collector = Collector(sources)
    file = sources.add(name, text)
    script = parse(file, collector)
    if collector.has_errors:
        return Formatted(None, collector)
    written = Written(script, file)
    crlf = "\n" in text and not _LONE_LF.search(text)
    formatted = _ended(_printed(script, written, width), crlf)
    if formatted != text:
        _verify(script, written, formatted, width, crlf)
    return Formatted(formatted, collector)


def format_script(script: ast.Script, width: int = WIDTH) -> str:
    """The text of a tree that was made, not parsed."""
    return _printed(script, Fresh(), width)


def _printed(script: ast.Script, layout: Layout, width: int) -> str:
    text = render(Rules(layout, width).script(script), width)
    return f"{text}\n" if text else ""


def _ended(text: str, crlf: bool) -> str:
    return _LONE_LF.sub("\r\n", text) if crlf else text


def _verify(script: ast.Script, written: Written, formatted: str, width: int, crlf: bool) -> None:
    """Same tree, same comments, and formatting once more changes nothing."""
    sources = Sources()
    collector = Collector(sources)
    file: SourceFile = sources.add("formatted", formatted)
    again = parse(file, collector)
    if collector.has_errors or again != script:
        raise ProofFailed("formatting would change what it means")
    rewritten = Written(again, file)
    if Counter(one.text for one in rewritten.comments) != Counter(one.text for one in written.comments):
        raise ProofFailed("formatting would change its comments")
    if _ended(_printed(again, rewritten, width), crlf) != formatted:
        raise ProofFailed("formatting it twice would not give the same as once")
