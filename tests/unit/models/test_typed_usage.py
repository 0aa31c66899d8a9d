"""A type checker knows the models as a program uses them, and the program runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.models import typed_usage

HERE = Path(__file__).parent
PROGRAM = HERE / "typed_usage.py"


def test_mypy_has_nothing_to_say() -> None:
    mypy = pytest.importorskip("mypy.api", reason="mypy is in the `dev` extra")
    root = HERE.parents[2]
    said, failed, status = mypy.run(["--strict", "--config-file", str(root / "pyproject.toml"), str(PROGRAM)])
    assert (status, failed) == (0, ""), said


def test_the_program_runs() -> None:
    typed_usage.run()
