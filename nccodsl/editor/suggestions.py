"""What completion offers, as plain data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from nccodsl.base.record import Record
from nccodsl.editor.keyword_texts import ACTION_SNIPPETS, KEYWORD_TEXTS, TYPE_TEXTS
from nccodsl.editor.option_owners import spec_text
from nccodsl.editor.text_edits import TextEdit
from nccodsl.syntax.keywords import RESERVED, WITHDRAWN
from nccodsl.voice.catalogue import catalogue

SuggestionKind = Literal["keyword", "option", "value", "step", "dialog", "name", "function", "type", "file"]


class Suggestion(Record):
    """One thing that could be written.

    `label` is what a list shows; `detail` goes behind it, `text` (Markdown) beside it. `insert` is what is written, a
    snippet (see KeywordText) if `is_snippet`; None: the label. `rank`: lower ones come first. `also` is edited besides.
    """

    label: str
    kind: SuggestionKind
    detail: str = ""
    text: str = ""
    insert: str | None = None
    is_snippet: bool = False
    rank: int = 1
    also: tuple[TextEdit, ...] = ()


def keyword(word: str, rank: int = 1) -> Suggestion:
    """A word of the language, with its snippet."""
    spec = catalogue().actions.get(word)
    known = KEYWORD_TEXTS.get(word)
    snippet = ACTION_SNIPPETS.get(word) or (known.snippet if known else "")
    if spec is not None:
        detail, text = spec.doc, spec_text(spec, word)
    elif word == "raw":
        detail, text = RAW_TEXT, RAW_TEXT
    else:
        detail = text = known.meaning if known else ""
    return Suggestion(word, "keyword", detail, text, snippet or None, bool(snippet), rank)


RAW_TEXT = "An action as JSON, which is passed on unchecked."


def keywords(terminals: Iterable[str], rank: int = 1) -> list[Suggestion]:
    """The words of some terminals of the grammar, without what the platform has withdrawn."""
    wanted = set(terminals)
    return [keyword(word, rank) for word, name in RESERVED.items() if name in wanted and word not in WITHDRAWN]


def values(words: Iterable[str], detail: str = "", rank: int = 0) -> list[Suggestion]:
    """Words that a value can be."""
    return [Suggestion(word, "value", detail, rank=rank) for word in words]


def types() -> list[Suggestion]:
    """The types of params and answers."""
    return [Suggestion(name, "type", text, rank=0) for name, text in TYPE_TEXTS.items()]
