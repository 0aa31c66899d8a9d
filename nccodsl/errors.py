"""The exceptions that nccodsl raises.

::

    NccodslError
    ├── ScriptError      the script is wrong: `diagnostics` says where
    ├── RenderError      the values do not fit the script, or a template failed: `diagnostics` says where
    ├── CannotRead       a file cannot be read; the public functions turn it into a diagnostic
    ├── ProofFailed      what was made failed its own proof: a mistake of ours, nothing is written
    ├── UsageError       a call that cannot be right (an unknown API version, say)
    └── CodedError       has a `code` of the register, and `help` or None: the errors of clients and servers
"""

from __future__ import annotations

from collections.abc import Sequence

from nccodsl.diagnostics.diagnostic import Diagnostic, Message


class NccodslError(Exception):
    """Base of all of them."""


class CodedError(NccodslError):
    """An error that belongs to no place in a script; `str()` is the message, `help` says what to do.

    `code` is one of the register: that of the `Message`, or of the class where the message is a plain text.
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
    """The script has errors."""


class RenderError(_WithDiagnostics):
    """The values given do not fit the script, or a template failed with them."""


class CannotRead(NccodslError):
    """A file cannot be read, or may not be: `str()` says why. It reaches users as a diagnostic (E110, E208)."""


class ProofFailed(NccodslError):
    """A formatted script would not mean the same, or a decompiled one would not compile to what it was made of.

    This is a mistake of nccodsl's, not of the input.
    """


class UsageError(NccodslError):
    """The caller asked for something that does not exist."""


def _line(found: Diagnostic) -> str:
    where = f"{found.file.name}:{found.line}:{found.column}: " if found.file else ""
    return f"{where}{found.code} {found.message}"
