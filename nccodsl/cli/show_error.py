"""Errors shown as diagnostics: those of a script, and those that belong to no place in one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from nccodsl.cli.output import show

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


@contextmanager
def script_errors(code: int = 1) -> Iterator[None]:
    """What is wrong with a script or with its values is shown, and ends the command with this exit code."""
    from nccodsl.errors import RenderError, ScriptError

    try:
        yield
    except (ScriptError, RenderError) as error:
        show(error.diagnostics)
        raise SystemExit(code) from None
