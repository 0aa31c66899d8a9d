"""Where names are defined and used, and what files a script includes."""

from __future__ import annotations

from collections.abc import Iterable

from nccodsl.analysis.modules import Reader
from nccodsl.base.record import Record
from nccodsl.editor.across import across
from nccodsl.editor.document import Document, FilePlace
from nccodsl.editor.index import index_of
from nccodsl.errors import CannotRead
from nccodsl.std import in_brackets, read_library
from nccodsl.syntax import ast


class Highlight(Record):
    """A use of the name at the cursor. `writes`: the name gets its meaning there."""

    place: FilePlace
    writes: bool


class IncludeLink(Record):
    """The path of an `include`, without its quotes, and the name of the file. Files of the library have `<…>`."""

    place: FilePlace
    file: str


class NamedPlace(Record):
    """A definition. `kind` as in `Use`; `within`: the dialog that it belongs to, or empty."""

    name: str
    kind: str
    within: str
    place: FilePlace


def definition(
    document: Document, offset: int, reader: Reader | None = None, others: Iterable[Document] = ()
) -> tuple[FilePlace, ...]:
    """Where what is named at an offset is defined; of an `include`, the beginning of the file.

    `reader` finds included files; `others` are documents that may define what this one, included by them, uses.
    """
    use = index_of(document).at(offset)
    if use is None:
        return ()
    if use.kind == "include":
        return tuple(FilePlace(link.file, 0, 0) for link in links(document, reader) if link.place == use.place)
    if use.symbol is None:
        return ()
    return tuple(one.place for one in across(document, use.symbol, others).uses if one.is_definition)


def references(
    document: Document, offset: int, others: Iterable[Document] = (), *, definitions: bool = True
) -> tuple[FilePlace, ...]:
    """Where what is named at an offset is used, in all files; `definitions`: also where it is defined."""
    use = index_of(document).at(offset)
    if use is None or use.symbol is None:
        return ()
    found = across(document, use.symbol, others).uses
    return tuple(one.place for one in found if definitions or not one.is_definition)


def highlights(document: Document, offset: int) -> tuple[Highlight, ...]:
    """The uses in this text of what is named at an offset."""
    index = index_of(document)
    use = index.at(offset)
    if use is None or use.symbol is None:
        return ()
    found = sorted(index.uses_of(use.symbol), key=lambda one: one.place)
    return tuple(Highlight(one.place, one.is_definition) for one in found if one.place.name == document.name)


def links(document: Document, reader: Reader | None = None) -> tuple[IncludeLink, ...]:
    """The files that are included, where they can be read; without a `reader`, those of the library alone."""
    found: list[IncludeLink] = []
    for part in index_of(document).own:
        node = part.names.node
        if not isinstance(node, ast.Include):
            continue
        library = isinstance(node.path, ast.Library)
        read = reader or (read_library if library else None)
        path = in_brackets(node.path.text) if library else node.path.text
        if read is None or "{{" in path:
            continue
        try:
            name, _ = read(path, document.name)
        except CannotRead:
            continue
        found += [IncludeLink(part.place(use.span), name) for use in part.names.uses if use.kind == "include"]
    return tuple(found)


def workspace_symbols(documents: Iterable[Document], query: str) -> tuple[NamedPlace, ...]:
    """What documents define, each place once, whose name has the letters of `query` in their order."""
    found: dict[FilePlace, NamedPlace] = {}
    for document in documents:
        for use in index_of(document).uses:
            if use.is_definition and use.kind in _LISTED and _has_letters(use.name, query):
                within = use.owner if use.kind != "member" else ""
                found.setdefault(use.place, NamedPlace(use.name, use.kind, within, use.place))
    return tuple(sorted(found.values(), key=lambda one: (one.name, one.place)))


_LISTED = ("step", "dialog", "outcome", "param", "let", "secret", "hours", "test")


def _has_letters(name: str, query: str) -> bool:
    rest = iter(name.casefold())
    return all(letter in rest for letter in query.casefold())
