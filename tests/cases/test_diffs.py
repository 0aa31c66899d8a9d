"""What `nccodsl diff` prints, in each of its forms. Each folder of diffs has an old version and a new one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.in_process import run_here
from tests.golden import compare

CASES = sorted(path for path in (Path(__file__).parent / "diffs").iterdir() if path.is_dir())
FORMS = {"text": "expected.txt", "markdown": "expected.md", "json": "expected.json"}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_what_is_printed(case: Path, form: str, accept: bool) -> None:
    done = run_here(case, {}, "diff", "old.call", "new.call", "--format", form)
    assert (done.returncode, done.stderr) == (0, "")
    compare(case / FORMS[form], done.stdout, accept)
    if form == "json":
        assert json.loads(done.stdout)["format"] == 1
