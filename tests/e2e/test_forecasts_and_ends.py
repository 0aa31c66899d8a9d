"""What `campaign forecast` says and what `campaign emulate` then does: the end lies in the range, nine times of ten."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from tests.e2e.in_process import run_here

SCRIPT = """\
param number: phone

call {
  to   phone {{ number }}
  from phone 14155550100
}

talk "There is no water until tomorrow morning. Please keep some in reserve."
"""
PLAN = """\
name = "a"
script = "a.call"
purpose = "emergency"
recipients.file = "rows.csv"

[forecast]
busy = 20
unanswered = 20
round_trip = 0.01
sample = 2000

[caps]
in_24_hours = 9
in_30_days = 9

[retries]
busy = { wait = "10m", most = 2 }
unanswered = { wait = "1h", most = 2 }
"""
AT = ("--at", "2026-11-30T20:00:00Z")
PEOPLE = 300


@pytest.mark.slow
def test_the_end_is_in_the_range(tmp_path: Path) -> None:
    (tmp_path / "a.call").write_text(SCRIPT)
    (tmp_path / "campaign.toml").write_text(PLAN)
    rows = "".join(f"1415555{number}\n" for number in range(1000, 1000 + PEOPLE))
    (tmp_path / "rows.csv").write_text(f"number\n{rows}")

    def run(*words: str) -> dict[str, object]:
        done = run_here(tmp_path, {"HOME": str(tmp_path)}, "campaign", *words, *AT, "--format", "json")
        assert done.returncode == 0, done.stderr
        found: dict[str, object] = json.loads(done.stdout)
        return found

    bands = run("forecast", "--runs", "60")
    within = 0
    for seed in range(10):
        real = run("emulate", "--seed", str(seed))
        ends = bands["end"]
        assert isinstance(ends, dict)
        first, last = (datetime.fromisoformat(ends[one]).timestamp() for one in ("p10", "p90"))
        within += first <= datetime.fromisoformat(str(real["last_call"])).timestamp() <= last
    assert within >= 9
