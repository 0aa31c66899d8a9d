"""What the adapter needs of the machine: scripts by their path, and whether they have changed."""

from __future__ import annotations

from typing import Protocol

from nccodsl.lowering.compiled import Compiled


class Scripts(Protocol):
    """Compiles scripts, and knows their files."""

    def load(self, path: str) -> Compiled:
        """The script at a path. Raises ScriptError."""

    def changed(self, flow: Compiled) -> bool:
        """Whether a file of a script is another than when it was compiled."""

    def absolute(self, path: str) -> str:
        """One spelling for each file."""
