"""Bringing a `.po` file up to date with the texts of scripts: what is new, what has changed, what is gone."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING

from nccodsl.base.record import Record
from nccodsl.translation.po_file import forms_of, read_catalog, text_of

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

_HEADER = "# Translations of the texts of call scripts."
_FORMATS = ("python-format", "python-brace-format")
"""What Babel takes texts for that have a percent sign or a brace."""


class Extracted(Record):
    """A text of scripts: where it stands (path and line), and what is said to translators."""

    text: str
    plural: str | None
    locations: tuple[tuple[str, int], ...]
    comments: tuple[str, ...]


class Updated(Record):
    """The text of a file, and how many texts it has in all, and without a finished translation."""

    text: str
    count: int
    open: int


def updated(old: str | None, locale: str, texts: Iterable[Extracted], read: frozenset[str]) -> Updated:
    """A file that has these texts. Raises BadCatalog.

    `old` is the file as it is, None without one. `read` are the paths that the texts were looked for in: what stands
    in others stays. A text that resembles an earlier one gets its translation, marked as fuzzy.
    """
    from babel.messages.catalog import Catalog

    catalog = read_catalog(old) if old is not None else None
    if catalog is None:
        catalog = Catalog(locale=locale, project="calls", version="1", header_comment=_HEADER, fuzzy=False)
    template = Catalog()
    for text in texts:
        key = text.text if text.plural is None else (text.text, text.plural)
        template.add(key, locations=text.locations, auto_comments=text.comments)
    _keep_others(catalog, template, read)
    previous = {text_of(message): list(message.previous_id) for message in catalog if message.id}
    for message in [*catalog.obsolete.values()]:
        if text_of(message) in template and text_of(message) not in catalog:
            catalog[message.id] = message
    catalog.update(template, update_creation_date=False)
    for key in [key for key, message in catalog.obsolete.items() if text_of(message) in catalog]:
        del catalog.obsolete[key]
    for message in catalog:
        if message.fuzzy and not message.previous_id and message.id:
            message.previous_id = previous.get(text_of(message), [])
    return _written(catalog)


def _keep_others(catalog: Catalog, template: Catalog, read: frozenset[str]) -> None:
    """Put into the template what stands in files that were not looked at."""
    for message in catalog:
        others = [(path, line) for path, line in message.locations if path not in read]
        if message.id and others:
            template.add(message.id, locations=others, auto_comments=message.auto_comments)


def _written(catalog: Catalog) -> Updated:
    from babel.messages.pofile import write_po

    messages = [message for message in catalog if message.id]
    for message in (*messages, *catalog.obsolete.values()):
        message.flags.difference_update(_FORMATS)
    stream = BytesIO()
    write_po(stream, catalog, include_previous=True, sort_by_file=True)
    unfinished = sum(message.fuzzy or not all(forms_of(message)) for message in messages)
    return Updated(stream.getvalue().decode(), len(messages), unfinished)
