"""What `campaign forecast` says and what `campaign emulate` then does: the end lies in the range, nine times of ten."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

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

[caps]
in_24_hours = 9
in_30_days = 9

[retries]
busy = { wait = "10m", most = 2 }
unanswered = { wait = "1h", most = 2 }
"""
AT = ("--at", "2026-11-30T20:00:00Z")
BEGINS = datetime.fromisoformat(AT[1]).timestamp()
PEOPLE = 300


@pytest.mark.slow
def test_the_end_is_in_the_range(tmp_path: Path) -> None:
    (tmp_path / "a.call").write_text(SCRIPT)
    (tmp_path / "campaign.toml").write_text(PLAN)
    rows = "".join(f"1415555{number}\n" for number in range(1000, 1000 + PEOPLE))
    (tmp_path / "rows.csv").write_text(f"number\n{rows}")

    def run(*words: str) -> dict[str, Any]:
        done = run_here(tmp_path, {"HOME": str(tmp_path)}, "campaign", *words, *AT, "--format", "json")
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    bands = run("forecast", "--runs", "60")
    end, calls = bands["end"], bands["calls"]
    first, last = (_moment(end[one]) for one in ("p10", "p90"))
    # The end hangs on a few people who are called last: a hundredth of the whole time is a near miss.
    near = (last - BEGINS) / 100
    ends, counts = 0, 0
    for seed in range(10):
        real = run("emulate", "--seed", str(seed))
        ends += first - near <= _moment(real["last_call"]) <= last + near
        counts += calls["p10"] <= real["calls"] <= calls["p90"]
    assert ends >= 9
    assert counts >= 9


def _moment(text: object) -> float:
    return datetime.fromisoformat(str(text)).timestamp()
