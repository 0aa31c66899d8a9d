"""The pseudo-language: texts with accents and brackets, which people can still read.

What stays without is not translated. Placeholders, tags and entities are kept.
"""

from __future__ import annotations

from nccodsl.translation.literal_parts import literal_parts

_ACCENTED = str.maketrans("aceinosuyzACEINOSUYZ", "áçéíñöšûýžÅÇÉÎÑÕŠÛÝŽ")


def pseudo(text: str, *, markup: bool = False) -> str:
    """The text in the pseudo-language; `markup`: it stands in one tag."""
    begins = len(text) - len(text.lstrip())
    ends = len(text)
    if markup:
        begins = text.find(">", begins) + 1
        ends = max(text.rfind("</"), begins)
    accented = [part.translate(_ACCENTED) if words else part for part, words in literal_parts(text[begins:ends])]
    return f"{text[:begins]}[{''.join(accented)}]{text[ends:]}"


def is_pseudo(text: str) -> bool:
    """Whether a text that is said is wholly in the pseudo-language."""
    bare = "".join(part for part, words in literal_parts(text) if words).strip()
    return not any(char.isalpha() for char in bare) or (bare.startswith("[") and bare.endswith("]"))
