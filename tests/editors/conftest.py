"""What tests of the VS Code extension share: a copy of it that can be built."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.every_script import ROOT

FOLDER = ROOT / "editors" / "vscode"
PAGES = ROOT / "nccodsl" / "studio" / "static"
SHARED = tuple(Path("web", "src", name) for name in ("services_loader.ts", "services_protocol.ts"))
"""Sources that it shares with the pages."""


def run(folder: Path, *command: str, given: str = "", **variables: str) -> str:
    """Run a command, which must work; what it prints. `variables` are of its environment."""
    done = subprocess.run(
        command,
        cwd=folder,
        input=given,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="session")
def extension(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the extension with what it needs to be built; each build begins anew."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip("npm is not on this machine")
    top = tmp_path_factory.mktemp("repository")
    folder = top / "editors" / "vscode"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("node_modules", "dist"))
    shutil.copytree(PAGES, top / "nccodsl" / "studio" / "static")
    for path in SHARED:
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, top / path)
    run(folder, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
    return folder
