"""Documents that are edited at random, held to what a check and a fresh document say of the same text."""

from __future__ import annotations

from functools import cache
from random import Random
from typing import NamedTuple

from nccodsl.analysis.advice import report_advice
from nccodsl.analysis.analyse import Checked, analyse
from nccodsl.analysis.modules import Reader
from nccodsl.base.source import SourceFile, Sources, Span
from nccodsl.diagnostics import Diagnostic
from nccodsl.editor.document import Document
from nccodsl.editor.index import index_of
from nccodsl.editor.services.hierarchy import hierarchy_at, incoming
from nccodsl.editor.services.lenses import lenses
from nccodsl.editor.services.symbols import symbols
from nccodsl.editor.services.tokens import tokens
from nccodsl.errors import CannotRead
from nccodsl.std import is_library, read_library
from tests.every_script import EVERY
from tests.property.edits import edit_of, edit_of_parts

NAME = "main.call"
_BACK = 0.45
"""How often the next edit takes the last one back: texts with mistakes do not come right by chance."""


def whole(text: str, reader: Reader | None = None) -> Checked:
    """What a check of a text makes of it."""
    sources = Sources()
    checked = analyse(sources, sources.add(NAME, text), reader, "v2")
    report_advice(checked)
    return checked


def told(found: list[Diagnostic]) -> list[tuple[object, ...]]:
    """All of each finding, with the places in their files."""

    def place(file: SourceFile | None, span: Span | None) -> tuple[str, int, int]:
        assert file is not None
        assert span is not None
        return file.name, span.start - file.base, span.end - file.base

    everything = []
    for one in found:
        labels = tuple((place(label.file, label.span), label.text) for label in one.labels)
        edits = tuple((place(one.file, edit.span)[1:], edit.text) for edit in one.fix.edits) if one.fix else ()
        fix = (one.fix.title, one.fix.safe, edits) if one.fix else None
        everything.append((place(one.file, one.span), one.code, one.message, str(one.help), labels, str(fix)))
    return sorted(everything, key=lambda one: one[:3])


def names_told(document: Document) -> dict[str, object]:
    """All that is known of its names, by their places."""
    index = index_of(document)
    ways = []
    for use in index.uses:
        item = hierarchy_at(document, use.place.start) if use.kind == "step" and use.is_definition else None
        if item is not None:
            ways.append([(edge.item.name, edge.item.place, edge.jumps) for edge in incoming(document, item.symbol)])
    named = {use.symbol: use.place for use in reversed(index.uses) if use.symbol is not None}
    return {
        "index": [(use.kind, use.name, use.place, use.is_definition) for use in index.uses],
        "hierarchy": ways,
        "references": sorted(
            (first, sorted(one.place for one in index.uses_of(symbol))) for symbol, first in named.items()
        ),
        "tokens": tokens(document),
        "lenses": lenses(document),
        "symbols": symbols(document),
    }


@cache
def right_scripts() -> list[str]:
    """Scripts of the repository without syntax errors that are long enough to have parts."""
    return [text for _, text in sorted(EVERY.items()) if len(text) > 300 and whole(text).trees[NAME].complete]


class Files:
    """What a document includes: any path is the same file, whose text may change."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __call__(self, wanted: str, including: str) -> tuple[str, str]:
        if is_library(wanted):
            return read_library(wanted, including)
        if not wanted.strip():
            raise CannotRead("there is no such file")
        return "rest.call", self.text


class Edited(NamedTuple):
    """What came of a document: its edits, and how many of its states had no syntax errors."""

    edits: int
    right: int


def check_edits(seed: int, edits: int = 10) -> Edited:
    """Edit a text, and now and then what it includes. Raises AssertionError where the document says something else."""
    random = Random(seed)
    files = Files(random.choice(right_scripts()))
    document = Document(NAME, _text_of(seed, random), files)
    right = 0
    start, new, old = 0, "", ""
    for number in range(edits):
        where = f"seed {seed}, edit {number}"
        if number and random.random() < _BACK:
            start, end, text = start, start + len(new), old
        else:
            start, end, text = random.choice((edit_of, edit_of_parts))(document.text, random)
        old, new = document.text[start:end], text
        document.edit(start, end, text)
        if random.random() < 0.1:
            at, to, other = edit_of_parts(files.text, random)
            files.text = files.text[:at] + other + files.text[to:]
            document.forget()
        right += check_document(document, files, where, settles=random.random() < 0.1)
    return Edited(edits, right)


def _own_codes(found: list[Diagnostic]) -> list[str]:
    """What is found in the text itself, in the order of the findings."""
    return [one.code for one in found if one.file is not None and one.file.name == NAME]


def check_document(document: Document, reader: Reader, where: str, *, settles: bool) -> bool:
    """Hold a document to its text; whether that has no syntax errors. `settles`: a pause is tried, too."""
    checked = whole(document.text, reader)
    wanted = told(checked.collector.sorted())
    if not checked.trees[NAME].complete:
        # Where a mistake ends is another question to a part of the text.
        assert any(one.is_error for one in document.findings), where
        names_told(document)
        document.settle()
        assert told(document.findings) == wanted, where
        return False
    assert told(document.findings) == wanted, where
    assert _own_codes(document.findings) == _own_codes(checked.collector.sorted()), f"{where}: order"
    fresh = names_told(Document(NAME, document.text, reader))
    for what, found in names_told(document).items():
        assert found == fresh[what], f"{where}: {what}"
    assert not (settles and document.settle()), where
    return True


_NOISE = "step noise {\n" + 'talk "x" wrong=1\n' * 230 + "}\n" + "".join(f"let unused{n} = 1\n" for n in range(230))
"""More errors, and more warnings, than are kept."""


def _text_of(seed: int, random: Random) -> str:
    """One script or several, some with an include, a few with more findings than are kept."""
    parts = [random.choice(right_scripts()) for _ in range(random.choice((1, 1, 2, 3)))]
    if seed % 3 == 1:
        parts.insert(0, 'include "rest.call"')
    if seed % 40 == 7:
        parts.insert(random.randrange(len(parts) + 1), _NOISE)
    return "\n".join(parts)
