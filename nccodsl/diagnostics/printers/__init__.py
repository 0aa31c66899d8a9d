"""Printers turn diagnostics into text. Owns: which formats there are. A printer never writes, it returns a string.

Every printer returns whole lines (the last one ended by a line feed), or an empty string where there is nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module

from nccodsl.diagnostics.diagnostic import Diagnostic

Printer = Callable[[Sequence[Diagnostic]], str]

PRINTERS: dict[str, tuple[str, str]] = {
    "text": ("terminal", "render"),
    "json": ("json", "as_json"),
    "sarif": ("sarif", "as_sarif"),
    "github": ("github", "as_github"),
}
"""Name of a format: module and function. Modules are imported when they are asked for, for a quick start."""


def printer(name: str, *, color: bool = False, width: int = 100, wrap: bool = False) -> Printer:
    """The printer of a format. Raises KeyError for other names.

    For ``text`` only: `color`, the `width` that source lines are cut to, and whether messages `wrap` at it.
    """
    module, function = PRINTERS[name]
    found: Callable[..., str] = getattr(import_module(f"{__name__}.{module}"), function)
    return partial(found, color=color, width=width, wrap=wrap) if name == "text" else found


__all__ = ["PRINTERS", "Printer", "printer"]
