"""The languages of a checked script, and the texts that are translated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nccodsl.base.record import Record
from nccodsl.base.source import Span
from nccodsl.diagnostics import Message


class SourceText(Record):
    """A text that can be translated: where it stands; `plural`: its other form, of a `trans` block."""

    text: str
    plural: str | None
    span: Span


class ScriptLanguages(Record):
    """The languages of a checked script, its own first.

    `catalogs` are the names of the files where translations are looked for, whether or not they are there. `words` are
    the translations of constant texts by language. `problems`: what is wrong with translations, and where; `unusable`
    counts the texts that have none, by language. `elsewhere` are languages and texts whose translations stand beside a
    file that the script includes. `targets` are the languages that something is translated into: all but its own, and
    its own where it includes texts in another one. `pseudo`: everything is in the pseudo-language.
    """

    codes: tuple[str, ...]
    span: Span
    texts: tuple[SourceText, ...]
    catalogs: tuple[str, ...]
    words: Mapping[str, Mapping[str, tuple[str, ...]]]
    problems: tuple[tuple[Message, Span], ...]
    unusable: Mapping[str, int]
    elsewhere: frozenset[tuple[str, str]]
    pseudo: bool = False
    targets: tuple[str, ...] = ()

    @property
    def own(self) -> str:
        """The language that the script is written in."""
        return self.codes[0]

    def find(self, given: object) -> str | None:
        """The language that a value names, however its letters are written; None where it names none."""
        return find_language(self.codes, given)


def find_language(codes: Iterable[str], given: object) -> str | None:
    """The code among `codes` that a value names."""
    wanted = given.strip().replace("_", "-").casefold() if isinstance(given, str) else None
    return next((code for code in codes if code.casefold() == wanted), None)
