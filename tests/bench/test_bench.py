"""The benchmark works: all ways make the same body, and the table has a line for each comparison."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.mark.slow
def test_the_benchmark_runs() -> None:
    pytest.importorskip("vonage_voice", reason="the official SDK is in the `bench` extra")
    pytest.importorskip("orjson", reason="orjson is in the `bench` extra")
    from tests.bench.__main__ import run, table

    rows = run(quick=True)
    assert len(table(rows).splitlines()) == len(rows) + 1 == (70 if Path("/proc/self/stat").exists() else 68)
