"""Where a project ends, which its includes may not leave. Light, since what is printed from a cache asks for it."""

from __future__ import annotations

import os

PROJECT_FILES = ("pyproject.toml", "nccodsl.toml")
_ROOT_MARKS = (*PROJECT_FILES, ".git")


def project_root(path: str) -> str:
    """The folder that includes may not leave: the nearest one above with a project file, else the script's own."""
    own = folder = os.path.dirname(os.path.realpath(path))
    while True:
        if any(os.path.exists(os.path.join(folder, mark)) for mark in _ROOT_MARKS):
            return folder
        above = os.path.dirname(folder)
        if above == folder:
            return own
        folder = above


def is_inside(target: str, root: str) -> bool:
    """Whether a path without links lies in a folder."""
    try:
        return os.path.commonpath([root, target]) == root
    except ValueError:  # on different drives of Windows
        return False
