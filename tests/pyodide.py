"""Pyodide's files, for tests that need them: they are downloaded once to the user's cache folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import pytest

from nccodsl.playground import static_site
from nccodsl.playground.pyodide_files import NoPyodide, PyodideFiles, pyodide_files


def pyodide() -> PyodideFiles:
    """The files; skips the test where they cannot be had."""
    try:
        return _files()
    except NoPyodide as error:
        pytest.skip(f"no Pyodide: {error}")


@contextmanager
def quick_builds() -> Iterator[None]:
    """Sites are built without bytecode: they start slower."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(static_site, "compiled", lambda files, archives, _example: (files, archives))
        yield


@lru_cache(maxsize=1)
def _files() -> PyodideFiles:
    return pyodide_files(None)
