"""Writing a step that a script jumps to and does not have."""

from __future__ import annotations

from nccodsl.editor.document import Document
from nccodsl.editor.node_path import nodes_at
from nccodsl.editor.text_edits import TextEdit
from nccodsl.syntax import ast


def new_step(document: Document, offset: int, name: str) -> TextEdit | None:
    """The edit that adds a step for a jump at an offset: behind its step, or within its dialog.

    None elsewhere: a script of statements alone has no steps.
    """
    top = next(iter(nodes_at(document, offset)), None)
    if not isinstance(top, ast.Step | ast.On | ast.Dialog):
        return None
    text, end = document.text, document.place_of(top.span).end
    newline = "\r\n" if "\r\n" in text else "\n"
    line, last = document.lines.bounds(document.lines.position(end).line)
    if not isinstance(top, ast.Dialog):
        return TextEdit(last, last, f"{newline}{newline}step {name} {{{newline}  hangup{newline}}}")
    if text[line : end - 1].strip():
        return TextEdit(end - 1, end - 1, f"step {name} {{ hangup }} ")
    return TextEdit(line, line, f"  step {name} {{ hangup }}{newline}")
