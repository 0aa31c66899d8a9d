"""Code actions: the fixes of findings, missing steps, all safe fixes at once, comments that ignore a warning."""

from __future__ import annotations

from typing import Literal

from nccodsl.base.record import Record
from nccodsl.base.source import SourceFile, Span
from nccodsl.diagnostics import Diagnostic, Edit, Fix
from nccodsl.diagnostics.fixes import apply_fixes, fits
from nccodsl.editor.document import Document
from nccodsl.editor.ncco_document import NccoDocument
from nccodsl.editor.new_steps import new_step
from nccodsl.editor.text_edits import TextEdit, edits_between
from nccodsl.editor.text_parts import PARTS
from nccodsl.syntax.ignores import read_ignores

ActionKind = Literal["quickfix", "fix all"]
_NO_STEP = "E201"


class CodeAction(Record):
    """Something that an editor offers to do. `edits` are of the document's own text.

    `code`, `start` and `end` are those of the problem that it removes; of "fix all", they are empty. `preferred`: the
    fix is safe, so an editor may apply it when asked for the obvious one.
    """

    title: str
    kind: ActionKind
    edits: tuple[TextEdit, ...]
    code: str = ""
    start: int = 0
    end: int = 0
    preferred: bool = False


def code_actions(document: Document | NccoDocument, start: int, end: int) -> list[CodeAction]:
    """What can be done about the problems that touch a range, those with fixes first."""
    found = _own_findings(document)
    here = [one for one in found if one.span is not None and one.span.start <= end and one.span.end >= start]
    fixes = [action for one in here if (action := _fix(one)) is not None]
    if isinstance(document, Document):
        fixes += [action for one in here if (action := _create(document, one)) is not None]
    everything = _fix_all(document, found)
    ignores: list[CodeAction] = []
    if isinstance(document, Document):
        ignores = [action for one in here if (action := _ignore(document, one)) is not None]
    return [*dict.fromkeys(fixes), *([everything] if everything is not None else []), *dict.fromkeys(ignores)]


def _own_findings(document: Document | NccoDocument) -> list[Diagnostic]:
    """The findings about the document itself, with the offsets of its text for spans."""
    file = SourceFile(document.name, document.text)
    return [found for one in document.findings if (found := _in_text(document, one, file)) is not None]


def _in_text(document: Document | NccoDocument, found: Diagnostic, file: SourceFile) -> Diagnostic | None:
    if found.span is None or (place := document.place_of(found.span)).name != document.name:
        return None
    edits: list[Edit] | None = []
    for edit in found.fix.edits if found.fix is not None else ():
        at = document.place_of(edit.span)
        if at.name != document.name:
            edits = None
            break
        assert edits is not None
        edits.append(Edit(Span(at.start, at.end), edit.text))
    fix = Fix(found.fix.title, tuple(edits), found.fix.safe) if found.fix is not None and edits else None
    span = Span(place.start, place.end)
    return Diagnostic.of(found.code, found.message, file=file, span=span, help=found.help, fix=fix)


def _fix(found: Diagnostic) -> CodeAction | None:
    fix = found.fix
    if fix is None or found.span is None or found.file is None or not fits(fix, found.file):
        return None
    edits = tuple(TextEdit(one.span.start, one.span.end, one.text) for one in fix.edits)
    return CodeAction(_titled(fix.title), "quickfix", edits, found.code, *found.span, fix.safe)


def _create(document: Document, found: Diagnostic) -> CodeAction | None:
    """The step that a jump leads to, and that there is not."""
    if found.code != _NO_STEP or found.span is None:
        return None
    name = document.text[found.span.start : found.span.end]
    edit = new_step(document, found.span.start, name) if name.isidentifier() else None
    title = f"Create the step `{name}`"
    return CodeAction(title, "quickfix", (edit,), found.code, *found.span) if edit is not None else None


def _titled(title: str) -> str:
    """A help line as the title of an action: "did you mean `level`?" becomes "Change to `level`"."""
    if title.startswith("did you mean "):
        title = f"change to {title.removeprefix('did you mean ').removesuffix('?')}"
    return title[:1].upper() + title[1:]


def _fix_all(document: Document | NccoDocument, found: list[Diagnostic]) -> CodeAction | None:
    """All safe fixes at once, as `nccodsl check --fix` applies them."""
    if not any(one.fix is not None and one.fix.safe for one in found):
        return None
    file = next(one.file for one in found if one.file is not None)
    # Each finding has a file of its own only by identity: here all are about one text.
    fixed, count = apply_fixes(found, file)
    edits = tuple(edits_between(document.text, fixed))
    return CodeAction("Fix all problems that have a safe fix", "fix all", edits) if count and edits else None


def _ignore(document: Document, found: Diagnostic) -> CodeAction | None:
    """A comment that ignores a warning; none where it begins inside a text of several lines."""
    if found.is_error or found.span is None:
        return None
    at = found.span.start
    number = document.lines.position(at).line
    start, end = document.lines.bounds(number)
    spans = [part.span() for part in PARTS.finditer(document.text) if part[0].startswith('"')]
    if any(first < start <= last for first, last in spans):
        return None
    edit = _ignoring(found.code, document.text[start:end], start, inside=any(low < end < high for low, high in spans))
    title = f"Ignore {found.code} on this line"
    return CodeAction(title, "quickfix", (edit,), found.code, *found.span) if edit is not None else None


def _ignoring(code: str, line: str, start: int, *, inside: bool) -> TextEdit | None:
    """The edit that ignores a code in a line; `inside`: a text goes on behind its end."""
    if inside:
        indent = line[: len(line) - len(line.lstrip())]
        return TextEdit(start, start, f"{indent}# nccodsl: ignore {code}\n")
    present = [one.span.end for one in read_ignores(SourceFile("", line)) if one.code]
    if present:
        return TextEdit(start + present[-1], start + present[-1], f", {code}")
    if any(part[0].startswith("#") for part in PARTS.finditer(line)):
        return None  # a comment has no room for another one
    end = start + len(line.rstrip())
    return TextEdit(end, end, f"  # nccodsl: ignore {code}")
