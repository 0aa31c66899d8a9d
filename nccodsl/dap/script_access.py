"""What the adapter needs of the machine: scripts by their path, and whether they have changed."""

from __future__ import annotations

from typing import Protocol

from nccodsl.lowering.compiled import Compiled


class Scripts(Protocol):
    """Compiles scripts, and knows their files. `token`: what `attach` uses where the client gives none."""

    token: str

    def load(self, path: str) -> Compiled:
        """The script at a path. Raises ScriptError."""

    def changed(self, flow: Compiled) -> bool:
        """Whether a file of a script is another than when it was compiled."""

    def absolute(self, path: str) -> str:
        """One spelling for each file."""

    def text(self, path: str) -> str:
        """The text of a file, without a byte order mark. Raises CannotRead."""
