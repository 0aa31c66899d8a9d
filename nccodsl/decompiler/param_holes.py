"""Where a document has a parameter instead of a value, and names for parameters."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable

from nccodsl.voice.problems import Unknown


class ParamHole(Unknown):
    """The whole value is the parameter `name`."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class Filled(Unknown):
    """A text with parameters in it: literal parts and holes."""

    __slots__ = ("parts",)

    def __init__(self, parts: Iterable[str | ParamHole]) -> None:
        self.parts = tuple(parts)


_JINJA_WORDS = frozenset(("true", "false", "none", "loop", "self", "super", "range", "dict"))


def name_for(text: str) -> str:
    """A name for a parameter, made of any text: such as `phoneNumber`, `TO_NUMBER` or `To number`."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text)
    name = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_") or "value"
    if name[0].isdigit():
        name = f"value_{name}"
    return f"{name}_" if name in _JINJA_WORDS or keyword.iskeyword(name) else name
