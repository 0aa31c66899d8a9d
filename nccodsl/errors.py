"""The exceptions that nccodsl raises.

::

    NccodslError
    ├── ScriptError      the script is wrong; `diagnostics` has every error
    ├── RenderError      a value does not fit, or a template fails; `diagnostics` has every error
    ├── CannotRead       a file cannot be read; the public functions turn it into a diagnostic
    ├── ProofFailed      output failed its own proof: an error in nccodsl; nothing is written
    ├── UsageError       an argument cannot be right, such as an unknown API version
    └── CodedError       errors of clients and servers, with a `code` and a `help` (or None)
"""

from __future__ import annotations

from collections.abc import Sequence

from nccodsl.base.source import SourceFile, Span
from nccodsl.diagnostics import messages
from nccodsl.diagnostics.diagnostic import Diagnostic, Message


class NccodslError(Exception):
    """Base class of the exceptions of nccodsl."""


class CodedError(NccodslError):
    """An error without a place in a script. `str()` is the message, `help` says how to fix it.

    `code` is in the register: the code of the `Message`, or of the class if the message is a plain text.
    """

    code: str

    def __init__(self, message: Message | str, help: str | None = None) -> None:
        told = message if isinstance(message, Message) else Message(self.code, message, help)
        super().__init__(told.text)
        self.code, self.help = told.code, told.advice


class _WithDiagnostics(NccodslError):
    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        self.diagnostics = list(diagnostics)
        super().__init__("\n".join(_line(found) for found in self.diagnostics))


class ScriptError(_WithDiagnostics):
    """The script has errors. `diagnostics` has all of them."""


class RenderError(_WithDiagnostics):
    """A value does not fit the script, or a template fails with it. `diagnostics` has every error."""


class CannotRead(NccodslError):
    """A file cannot be read, or must not be read. `str()` is the reason. Users see it as a diagnostic (E110, E208).

    `missing`: there is no such file.
    """

    def __init__(self, reason: str, *, missing: bool = False) -> None:
        super().__init__(reason)
        self.missing = missing


class ProofFailed(NccodslError):
    """A formatted script would mean something else, or a decompiled one would not compile to its source.

    This is an error in nccodsl, not in the input.
    """


class UsageError(NccodslError):
    """An argument cannot be right, such as an unknown version of the API."""


def _line(found: Diagnostic) -> str:
    where = f"{found.file.name}:{found.line}:{found.column}: " if found.file else ""
    return f"{where}{found.code} {found.message}"


def unreadable(name: str, reason: str) -> Diagnostic:
    """E110 about a whole file."""
    return messages.syntax.cannot_be_read(reason).about(SourceFile(name, ""), Span(0, 0))
