"""Errors that belong to no place in a script, shown like those that do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from nccodsl.diagnostics import Diagnostic


class Coded(Protocol):
    """An exception with a code of the register, and help or None."""

    code: str
    help: str | None


def coded(error: Coded) -> Diagnostic:
    """The diagnostic of an exception; its text is the message."""
    from nccodsl.diagnostics import Diagnostic

    return Diagnostic.of(error.code, str(error), help=error.help)
