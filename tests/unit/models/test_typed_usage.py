"""A type checker knows the models as a program uses them, and the program runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.models import typed_usage

HERE = Path(__file__).parent
PROGRAM = HERE / "typed_usage.py"


@pytest.fixture
def own_recursion_limit() -> Iterator[None]:
    """mypy raises Python's limit and leaves it there, so that tests of deep nesting behind it would find it raised."""
    limit = sys.getrecursionlimit()
    yield
    sys.setrecursionlimit(limit)


@pytest.mark.usefixtures("own_recursion_limit")
@pytest.mark.slow
def test_mypy_has_nothing_to_say() -> None:
    mypy = pytest.importorskip("mypy.api", reason="mypy is in the `dev` extra, which CI installs before the slow tier")
    root = HERE.parents[2]
    said, failed, status = mypy.run(["--strict", "--config-file", str(root / "pyproject.toml"), str(PROGRAM)])
    assert (status, failed) == (0, ""), said


def test_the_program_runs() -> None:
    typed_usage.run()
