"""A copy of the project that follows a guide: changed, run and tested apart from this one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
_SHARED = ("__init__.py", "conftest.py", "golden.py", "postgres.py", "sizes.py")


def copy_project(folder: Path, *tests: str) -> None:
    """Copy the package, its grammar and these tests (paths below `tests`) into an empty folder."""
    for name in ("nccodsl", "grammar"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in (*_SHARED, *tests):
        (folder / "tests" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "tests" / name, folder / "tests" / name)
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib\npythonpath = .\n")


def python_in(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python with the copy's modules; it succeeds."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "XDG_CACHE_HOME": str(folder / "cache")}
    environment.pop("PYTEST_XDIST_WORKER", None)
    line = [sys.executable, *arguments]
    done = subprocess.run(line, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done
