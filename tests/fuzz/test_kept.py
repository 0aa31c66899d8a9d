"""Each input that failed once, made small: everything is tried with it, with several choices of options."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.inputs import Input
from tests.fuzz.originals import ROOT
from tests.fuzz.trial import tried

KEPT = sorted((ROOT / "tests" / "data" / "fuzz").glob("*.*"))
CHOICES = 6


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.name)
def test_what_failed_once(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = path.read_bytes().decode("utf-8", "surrogateescape")
    for choice in range(CHOICES):
        found = tried(Input(text, path.suffix == ".json", f"kept/{choice}"), tmp_path)
        assert found is None, f"{found.target}: {found.fault}\n{found.detail}"
