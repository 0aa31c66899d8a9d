"""A text with template tags as people read it: `{% if vip %}Welcome{% endif %}` becomes `[if vip: Welcome]`."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2.lexer import Lexer

_BEGINS = {"if": "[if {}: ", "for": "[for each {}: ", "with": "[with {}: ", "trans": "["}
_GOES_ON = {"elif": "; otherwise, if {}: ", "else": "; otherwise: ", "pluralize": " / "}


def readable(text: str) -> str:
    """The text with its choices and loops in words; `{{ … }}` stays. The text must be a valid template."""
    if "{%" not in text and "{#" not in text:
        return text
    out = _Readable()
    tag, inside = "", ""
    for _, kind, value in _lexer().tokeniter(text, None):
        if kind.endswith("_begin"):
            inside = kind.removesuffix("_begin")
            tag = value if inside == "variable" else ""
        elif kind.endswith("_end"):
            if inside == "block":
                out.tag(tag.strip())
            elif inside == "variable":
                out.text(tag + value)
            inside = ""
        elif inside in ("block", "variable"):
            tag += value
        elif inside in ("", "raw"):
            out.text(value)
    return out.written


@lru_cache(maxsize=1)
def _lexer() -> Lexer:
    # Most scripts have no tags, and importing Jinja takes longer than describing one.
    from jinja2 import Environment

    return Environment(keep_trailing_newline=True).lexer


class _Readable:
    """What is written so far. Spaces at the edges of a part move out of its brackets."""

    def __init__(self) -> None:
        self.written = ""
        self._opened = -1
        """Where the bracket stands that was opened last, if nothing is in it yet."""

    def text(self, text: str) -> None:
        at = self._opened
        if at > 0 and text[:1].isspace() and not self.written[at - 1].isspace():
            self.written = f"{self.written[:at]} {self.written[at:]}"
        self.written += text.lstrip() if self.written.endswith(": ") and at >= 0 else text
        self._opened = -1

    def tag(self, tag: str) -> None:
        name, rest = (*tag.split(None, 1), "")[:2]
        if name in _BEGINS or (name == "set" and "=" not in rest.partition("|")[0]):
            self._opened = len(self.written)
            self.written += _BEGINS.get(name, "[set {}: ").format(rest.strip())
        elif name == "set":
            self.written += f"[set {rest.strip()}]"
        elif name in _GOES_ON:
            self.written = self.written.rstrip() + _GOES_ON[name].format(rest.strip())
        else:
            kept = self.written.rstrip()
            self.written = f"{kept}]{' ' if kept != self.written else ''}"
