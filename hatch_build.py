"""Build hook: the wheel carries the parser tables, so that an installed nccodsl need not build them at its first start.

The tables fit one version of Lark and of Python; elsewhere the parser builds its own and keeps them in the user's
cache folder.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class TablesHook(BuildHookInterface):  # type: ignore[type-arg]
    """Puts `nccodsl/_grammar/call-….tables` into the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel" or version == "editable":
            return
        from lark import Lark

        sys.path.insert(0, self.root)
        try:
            from nccodsl.syntax.tables import OPTIONS, tables_name
        finally:
            sys.path.remove(self.root)
        grammar = (Path(self.root) / "grammar" / "call.lark").read_text(encoding="utf-8")
        self._folder = tempfile.TemporaryDirectory()
        tables = Path(self._folder.name) / tables_name(grammar)
        with tables.open("wb") as stream:
            Lark(grammar, **OPTIONS).save(stream)
        build_data["force_include"][str(tables)] = f"nccodsl/_grammar/{tables.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if folder := getattr(self, "_folder", None):
            folder.cleanup()
