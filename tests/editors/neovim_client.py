"""A Neovim without a screen, configured as docs/editors.md says for its version, and used by its keys."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.every_script import ROOT

PATIENCE = 60
"""Seconds until a test gives up; the machine may be busy."""
_SECTION = (
    (ROOT / "docs" / "editors.md").read_text(encoding="utf-8").partition("\n## Neovim\n")[2].partition("\n## ")[0]
)
_LUA = re.compile(
    r"^[^\n]*Neovim (\d+)\.(\d+)(?: (or later)| to (\d+)\.(\d+))?[^\n]*\n\n```lua\n(.*?)^```$", re.S | re.M
)
_BUILD = re.compile(r"^```sh\n(.*?)^```$", re.S | re.M)
Version = tuple[int, int]


def version_of(program: str) -> Version:
    """Such as (0, 7)."""
    shown = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout
    found = re.match(r"NVIM v(\d+)\.(\d+)", shown)
    assert found, shown
    return int(found[1]), int(found[2])


def blocks() -> Iterator[tuple[Version, Version, str]]:
    """The Lua of the page: from which version, up to which one, and the text."""
    for found in _LUA.finditer(_SECTION):
        first, last = (int(found[1]), int(found[2])), (int(found[4] or found[1]), int(found[5] or found[2]))
        yield first, (99, 0) if found[3] else last, found[6]


class Neovim:
    """One editor with its files in a folder of its own. In a `with` block, it is ended with it."""

    def __init__(self, program: str, folder: Path) -> None:
        self.program = program
        self.version = version_of(program)
        self.folder = folder
        self._socket = folder / "s"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Neovim:
        home = self.folder / "home"
        folders = {"HOME": str(home)} | {f"XDG_{kind}_HOME": str(home / folder) for kind, folder in _XDG.items()}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        environment = {**os.environ, **folders, "PATH": path}
        (build,) = _BUILD.findall(_SECTION)
        subprocess.run(["sh", "-ec", build], check=True, cwd=ROOT, env=environment)
        lua = [text for first, last, text in blocks() if first <= self.version <= last]
        (home / ".config" / "nvim" / "init.lua").write_text("\n".join(lua), encoding="utf-8")
        self._process = subprocess.Popen(
            [self.program, "--headless", "-n", "--listen", str(self._socket)],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.until("a socket", self._socket.exists)
        return self

    def __exit__(self, *error: object) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait(PATIENCE)

    def _remote(self, *arguments: str) -> str:
        command = [self.program, "--server", str(self._socket), *arguments]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=PATIENCE)
        assert not done.returncode, f"{arguments}: {done.stderr}"
        # Where the answer goes depends on the version.
        return done.stdout or done.stderr

    def keys(self, keys: str) -> None:
        """Type keys, written as in mappings: `<Esc>`."""
        self._remote("--remote-send", keys)

    def lua(self, expression: str) -> Any:
        """The value of a Lua expression."""
        quoted = expression.replace("'", "''")
        return json.loads(self._remote("--remote-expr", f"json_encode(luaeval('{quoted}'))"))

    def command(self, command: str) -> None:
        """Do an Ex command. Raises AssertionError where it fails."""
        self._remote("--remote-expr", f"execute('{command}')")

    def until(self, what: str, found: Callable[[], Any]) -> Any:
        """Wait for something that is true."""
        end = time.monotonic() + PATIENCE
        while not (value := found()):
            assert time.monotonic() < end, f"waited in vain for {what}: {self.messages()}"
            time.sleep(0.05)
        return value

    def messages(self) -> str:
        """What Neovim has told so far."""
        return self._remote("--remote-expr", "execute('messages')") if self._socket.exists() else ""

    # ---- what is open

    def open(self, path: Path) -> None:
        """Edit a file."""
        self.command(f"edit {path}")

    def text(self) -> str:
        """The text of the buffer."""
        return "".join(f"{line}\n" for line in self.lua("vim.api.nvim_buf_get_lines(0, 0, -1, true)"))

    def go(self, text: str, after: int = 0) -> None:
        """Put the cursor at a text, or some characters behind its beginning."""
        before, found, _ = self.text().partition(text)
        assert found, text
        line, column = before.count("\n") + 1, len(before.rpartition("\n")[2]) + after
        self.lua(f"vim.api.nvim_win_set_cursor(0, {{{line}, {column}}})")

    def diagnostics(self) -> list[dict[str, Any]]:
        """The problems of the buffer."""
        found: list[dict[str, Any]] = self.lua("vim.diagnostic.get(0)")
        return found


_XDG = {"CONFIG": ".config", "DATA": ".local/share", "STATE": ".local/state", "CACHE": ".cache"}
