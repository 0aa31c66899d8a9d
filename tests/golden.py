"""Comparing with golden files: a missing file means that nothing is expected."""

from __future__ import annotations

from pathlib import Path


def compare(path: Path, actual: str, accept: bool) -> None:
    """Assert that a golden file holds `actual`, or write it. An empty `actual` wants no file."""
    if accept:
        if actual:
            path.write_text(actual, encoding="utf-8")
        else:
            path.unlink(missing_ok=True)
        return
    expected = path.read_text(encoding="utf-8") if path.exists() else ""
    assert actual == expected, f"{path} (run pytest --accept to take the new output)"
