"""Another name for a step, dialog, outcome or value, wherever it is used."""

from __future__ import annotations

from collections.abc import Iterable

from nccodsl.analysis.dialog_statements import AGAIN
from nccodsl.analysis.rename import NAME
from nccodsl.analysis.step_bodies import MAIN
from nccodsl.base.record import Record
from nccodsl.editor.across import Across, across
from nccodsl.editor.document import Document, FilePlace
from nccodsl.editor.index import Index, index_of
from nccodsl.editor.symbols_used import Symbol, SymbolUse
from nccodsl.editor.translated_names import translated_places
from nccodsl.std import is_library
from nccodsl.syntax.keywords import VERBS
from nccodsl.voice.speech_filters import SPEECH

_RENAMED = frozenset(
    ("step", "dialog", "outcome", "param", "let", "secret", "hours", "binding", "loop", "local", "outside")
)
_TEMPLATE_WORDS = frozenset(("and", "or", "not", "in", "is", "if", "else", "true", "false", "none", "loop"))
_TEST_WORDS = frozenset((*VERBS, "at", "with", "not", "reply"))
"""What a test can go on with behind `ends`, which is no outcome then."""


class FileEdit(Record):
    """Write `text` at a place of a file."""

    place: FilePlace
    text: str


class Renamable(Record):
    """What can be renamed: the place of the name at the cursor, and the name."""

    place: FilePlace
    name: str


class RenameRefused(Record):
    """Why something cannot be renamed, in a sentence."""

    message: str


def prepare_rename(document: Document, offset: int, others: Iterable[Document] = ()) -> Renamable | RenameRefused:
    """Whether what is named at an offset can be renamed."""
    found = _found(document, offset, others)
    return found if isinstance(found, RenameRefused) else Renamable(found[0].place, found[0].name)


def rename(
    document: Document, offset: int, name: str, others: Iterable[Document] = ()
) -> tuple[FileEdit, ...] | RenameRefused:
    """The edits that rename what is named at an offset, in all files, their translations, and other documents.

    `others` are documents that may include this one, or what it includes. What all of them include has to be read as
    it is in the editor.
    """
    found = _found(document, offset, others)
    if isinstance(found, RenameRefused):
        return found
    use, everywhere = found
    if name == use.name:
        return ()
    for index, symbol in everywhere.called:
        refused = (
            _no_name(index, symbol, name)
            or _implied(index, symbol, name)
            or _clash(index, symbol, name)
            or _unread(index, symbol.name)
            or _other_beginning(index, symbol, name)
        )
        if refused:
            return RenameRefused(refused)
    places = {one.place for one in everywhere.uses}
    places.update(place for index, symbol in everywhere.called for place in translated_places(index, symbol))
    return tuple(FileEdit(place, name) for place in sorted(places))


def _found(document: Document, offset: int, others: Iterable[Document]) -> tuple[SymbolUse, Across] | RenameRefused:
    use = index_of(document).at(offset)
    if use is None or use.kind not in _RENAMED or use.symbol is None:
        return RenameRefused(_why_not(use))
    everywhere = across(document, use.symbol, others)
    for one in everywhere.uses:
        if is_library(one.place.name):
            return RenameRefused(f"`{use.name}` belongs to the library file {one.place.name}, which cannot be changed.")
    if use.kind in ("step", "dialog", "outcome") and not any(one.is_definition for one in everywhere.uses):
        return RenameRefused(f"There is no {use.kind} `{use.name}`: nothing defines it.")
    return use, everywhere


def _why_not(use: SymbolUse | None) -> str:
    match use.kind if use is not None else "":
        case "builtin":
            return f"`{use.name if use else ''}` is a name of the language, which cannot be changed."
        case "member":
            return "The members of an answer cannot be renamed: others may read them by their names."
        case "unknown":
            return f"Nothing declares `{use.name if use else ''}`."
        case _:
            return "There is no name here that can be changed."


def _no_name(index: Index, symbol: Symbol, name: str) -> str | None:
    if not NAME.fullmatch(name):
        return f"`{name}` cannot be a name: use small letters, digits and `_`, and begin with a letter."
    if symbol.space == "value" and name.startswith("_"):
        return f"`{name}` cannot be the name of a value: templates do not read names that begin with `_`."
    reserved = _TEMPLATE_WORDS if symbol.space == "value" else {AGAIN}
    if name in reserved or (index.kind_of(symbol) == "outcome" and name in _TEST_WORDS):
        return f"`{name}` is a word of the language: choose another name."
    if symbol.space == "value" and not index.may_be_value(name, index.kind_of(symbol)):
        return f"`{name}` is what the language calls something else: choose another name."
    return None


def _implied(index: Index, symbol: Symbol, name: str) -> str | None:
    """Some filters read a name that is not written."""
    for by, read in SPEECH.implied.items():
        if symbol.space == "value" and read in (symbol.name, name) and index.has_filter(by):
            return f"The filter `{by}` reads `{read}`, and would read something else."
    return None


# ---- clashes


def _clash(index: Index, symbol: Symbol, name: str) -> str | None:
    """What is called `name` already, where that would be taken for what is renamed, or the other way around."""
    for other in index.symbols:
        if other.name == name and _meet(index, symbol, other):
            kind = index.kind_of(other)
            return f"`{name}` is already the name of {_words(kind)}."
    return None


def _words(kind: str) -> str:
    plain = {
        "outcome": "an outcome",
        "builtin": "something that the language reads",
        "hours": "opening hours",
        "outside": "a value from outside",
        "unknown": "something that is not declared",
        "loop": "the value of a loop",
        "local": "a value that a template sets",
        "binding": "a value of the call",
        "target": "a step that does not exist",
    }
    return plain.get(kind, f"a {kind}")


def _meet(index: Index, symbol: Symbol, other: Symbol) -> bool:
    if symbol.space != "value":
        return symbol[:2] == other[:2]
    if other.space not in ("value", "outer", "builtin"):
        return False
    mine, its = index.scopes.get(symbol.owner), index.scopes.get(other.owner)
    if mine == its:
        return True
    if its is not None and (mine is None or _within(its, mine)):
        return any(_within(use.place, its) for use in index.uses_of(symbol))
    if mine is not None and (its is None or _within(mine, its)):
        return any(_within(use.place, mine) for use in index.uses_of(other))
    return False


def _within(inner: FilePlace, outer: FilePlace) -> bool:
    return inner.name == outer.name and outer.start <= inner.start and inner.end <= outer.end


def _unread(index: Index, name: str) -> str | None:
    """Where the name stands in what cannot be read, so that a use of it may be missed."""
    files = {part.file for part in index.parts if not part.names.readable}
    files |= {file for file, script in index.checked.trees.items() if not script.complete}
    for file in sorted(files):
        text = index.text_of(file)
        read = index.covered(file)
        at = -1
        while (at := text.find(name, at + 1)) >= 0:
            alone = not (_in_word(text[at - 1 : at]) or _in_word(text[at + len(name) : at + len(name) + 1]))
            if alone and at not in read:
                line = text.count("\n", 0, at) + 1
                return f"Correct the errors in {file} first: `{name}` in line {line} may be this name, or another."
    return None


def _in_word(character: str) -> bool:
    return character.isalnum() or character in ("_", "-")


def _other_beginning(index: Index, symbol: Symbol, name: str) -> str | None:
    """A call begins at `main`, or else at the first step of the script."""
    if symbol.space != "target" or symbol.owner:
        return None
    steps = [one.name for file in (index.document.name, None) for one in index.steps(file)]
    before = MAIN if MAIN in steps else next(iter(steps), "")
    renamed = [name if one == symbol.name else one for one in steps]
    after = MAIN if MAIN in renamed else next(iter(renamed), "")
    if after == (name if before == symbol.name else before):
        return None
    return f"The call begins at `{before}`. It would begin at `{after}`, because `main` is where calls begin."
