"""Which texts have words that a translator can translate."""

from __future__ import annotations

from nccodsl.templates import Template
from nccodsl.translation.literal_parts import has_words


def is_translatable(text: str) -> bool:
    """Whether a text has words: letters outside of placeholders and tags. An address has none."""
    scheme, slashes, _ = text.strip().partition("://")
    return not (slashes and scheme.replace("+", "").isalnum()) and has_words(text)


def filled(template: Template) -> str:
    """The text of a template with a placeholder of the same length for each of its holes."""
    text = list(template.text)
    for piece in template.pieces or ():
        if not isinstance(piece, str):
            text[piece.start : piece.end] = "0" * (piece.end - piece.start)
    return "".join(text)
