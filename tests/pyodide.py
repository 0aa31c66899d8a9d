"""Pyodide's files, for tests that need them: they are downloaded once to the user's cache folder."""

from __future__ import annotations

from functools import lru_cache

import pytest

from nccodsl.playground.pyodide_files import NoPyodide, PyodideFiles, pyodide_files


def pyodide() -> PyodideFiles:
    """The files; skips the test where they cannot be had."""
    try:
        return _files()
    except NoPyodide as error:
        pytest.skip(f"no Pyodide: {error}")


@lru_cache(maxsize=1)
def _files() -> PyodideFiles:
    return pyodide_files(None)
