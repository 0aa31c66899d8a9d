"""Reading a `.po` file: its translations by text, each with its line. Babel, slow to import, is imported late."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import StringIO
from typing import TYPE_CHECKING

from nccodsl.base import lazy_re
from nccodsl.base.record import Record

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

_PREVIOUS = "| "
"""How Babel reads what a text was before, `#| msgid "…"`: as a comment of a translator."""
_PREVIOUS_ID = lazy_re.compile(r'\| msgid "(.*)"')


class BadCatalog(Exception):
    """A file is not one of gettext: why, and at which line (from 1)."""

    def __init__(self, why: str, line: int) -> None:
        super().__init__(why)
        self.why = why
        self.line = line


class Translation(Record):
    """What a translator wrote for a text: one form, or with a plural as many as the language has; empty: nothing yet.

    `line` is that of the text.
    """

    forms: tuple[str, ...]
    fuzzy: bool
    line: int

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return all(self.forms)


class PoFile(Record):
    """A file: its translations by text, and which form is for a number."""

    translations: Mapping[str, Translation]
    plural: Callable[[int], int]


def read_po(text: str) -> PoFile:
    """Read the text of a file. Raises BadCatalog."""
    catalog = read_catalog(text)
    found: dict[str, Translation] = {}
    for message in catalog:
        if not message.id:
            continue
        found[text_of(message)] = Translation(forms_of(message), message.fuzzy, message.lineno or 1)
    from gettext import c2py

    try:
        plural = c2py(catalog.plural_expr)
    except ValueError as error:
        raise BadCatalog(f"its plural forms cannot be read: {error}", _line_of(text, "Plural-Forms")) from None
    return PoFile(found, plural)


def text_of(message: Message) -> str:
    """The text that is translated; of one with a plural, its first form."""
    return message.id if isinstance(message.id, str) else message.id[0]


def forms_of(message: Message) -> tuple[str, ...]:
    """What is written for a text; one empty form where nothing is yet."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


def read_catalog(text: str) -> Catalog:
    """The text of a file as Babel has it. Raises BadCatalog."""
    from babel.core import UnknownLocaleError
    from babel.messages.pofile import PoFileError, read_po as read

    try:
        catalog = read(StringIO(text), abort_invalid=True)
    except PoFileError as error:
        raise BadCatalog(str(error).removesuffix(f" on {error.lineno}"), (error.lineno or 0) + 1) from None
    except (ValueError, UnknownLocaleError, IndexError, AttributeError, TypeError) as error:
        raise BadCatalog(str(error) or "its header cannot be read", 1) from None
    for message in (*catalog, *catalog.obsolete.values()):
        previous = [comment for comment in message.user_comments if comment.startswith(_PREVIOUS)]
        message.user_comments = [comment for comment in message.user_comments if comment not in previous]
        ids = [match[1] for comment in previous if (match := _PREVIOUS_ID.fullmatch(comment))]
        message.previous_id = [_unescaped(one) for one in ids]
    return catalog


def _unescaped(text: str) -> str:
    from babel.messages.pofile import unescape

    return unescape(f'"{text}"')


def _line_of(text: str, word: str) -> int:
    return text[: max(text.find(word), 0)].count("\n") + 1
