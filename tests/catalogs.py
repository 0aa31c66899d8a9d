"""Scripts in several languages without files: their translations are made from their texts."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO, StringIO

from babel.messages.pofile import read_po, write_po

import nccodsl
from nccodsl.api import load_with
from nccodsl.errors import CannotRead
from nccodsl.translation.po_update import Extracted, updated

Translate = Callable[[str], str]


def flow_of(text: str, catalogs: dict[str, str]) -> nccodsl.Flow:
    """A script with these files of translations, by language."""

    def read(wanted: str, _including: str) -> tuple[str, str]:
        code = wanted.removeprefix("locale/").removesuffix(".po")
        if code not in catalogs:
            raise CannotRead(f"there is no {wanted}", missing=True)
        return wanted, catalogs[code]

    return load_with(text, "script.call", read)


def catalog_of(text: str, code: str, translate: Translate) -> str:
    """A file in which every text of a script is translated."""
    languages = flow_of(text, {}).program.languages
    assert languages is not None
    texts = [Extracted(one.text, one.plural, (("script.call", 1),), ()) for one in languages.texts]
    catalog = read_po(StringIO(updated(None, code.replace("-", "_"), texts, frozenset()).text))
    for message in catalog:
        if isinstance(message.id, str) and message.id:
            message.string = translate(message.id)
        elif message.id:
            message.string = tuple(translate(message.id[min(n, 1)]) for n in range(catalog.num_plurals))
    stream = BytesIO()
    write_po(stream, catalog)
    return stream.getvalue().decode()


def translated(text: str, code: str = "es-ES", translate: Translate = lambda text: f"Es {text}") -> nccodsl.Flow:
    """A script with `languages`, every text of which is translated into one language."""
    return flow_of(text, {code: catalog_of(text, code, translate)})
