"""Real documents with verdicts: what is valid has no error, and each known error is found at its place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nccodsl.voice.judge import judge_document

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"


def _rows() -> Iterator[Any]:
    manifest = CORPUS / "MANIFEST.json"
    if not manifest.exists():
        yield pytest.param(None, marks=pytest.mark.skip(reason=f"no corpus at {CORPUS}"))
        return
    for row in json.loads(manifest.read_text(encoding="utf-8")):
        if not row["verdict"].startswith("placeholder"):
            yield pytest.param(row, id=row["file"])


def _pointer(path: tuple[str | int, ...]) -> str:
    return "".join(f"/{part}" for part in path)


@pytest.mark.parametrize("row", list(_rows()))
def test_verdict(row: dict[str, Any]) -> None:
    document = json.loads((CORPUS / row["file"]).read_text(encoding="utf-8"))
    errors = [problem for problem in judge_document(document) if problem.is_error]
    if row["verdict"] == "valid":
        assert errors == []
        return
    places = {_pointer(problem.path) for problem in errors}
    for known in row["errors"]:
        wanted = {known["at"]}
        if known["code"] == "missing_required":
            wanted.add(known["at"].rpartition("/")[0])
        assert places & wanted, f"{known} not among {errors}"
