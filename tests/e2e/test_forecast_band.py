"""A forecast is right: what happens in an emulated campaign lies between P10 and P90, as often as it should."""

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
  ringing_timer=10s
  machine_detection=continue
}

talk "There is no water until tomorrow morning. Please keep some in reserve."
"""
AT = "2026-11-30T17:00:00Z"
PEOPLE = (120, 200, 300, 150, 280, 250, 180, 260, 220, 160)
AREAS = ((212,), (212, 312), (212, 415), (312, 303, 415))
SHARES = ("", "unanswered = 30\nbusy = 10", "machine = 40\nunanswered = 20", "failed = 5\nbusy = 20", "unanswered = 50")
HOURS = ("", '[windows]\nhours = "mon-sun 9:00-20:00"', '[windows]\nhours = "mon-sun 12:00-12:06 15:00-17:00"')
DEADLINES = ("", "deadline = 2026-11-30T17:02:30Z", "deadline = 2026-12-01T18:00:00Z")
MINUTE = 60


def campaign(folder: Path, number: int) -> None:
    def one(choices: tuple[Any, ...], number: int) -> Any:
        return choices[number % len(choices)]

    areas = one(AREAS, number)
    rows = [f"1{one(areas, row)}555{1000 + row}" for row in range(PEOPLE[number])]
    (folder / "rows.csv").write_text("\n".join(["number", *rows, ""]), encoding="utf-8")
    (folder / "a.call").write_text(SCRIPT, encoding="utf-8")
    (folder / "campaign.toml").write_text(
        f"""\
name = "a"
script = "a.call"
purpose = "emergency"
{one(DEADLINES, number // 2)}
[recipients]
file = "rows.csv"
{one(HOURS, number)}
[retries]
busy = {{ wait = "5m", most = 2 }}
unanswered = {{ wait = "40m", most = 2 }}
machine = {{ wait = "2h", other_daypart = {"true" if number % 2 else "false"} }}
[forecast]
ring = "2s"
{one(SHARES, number)}
""",
        encoding="utf-8",
    )


def run(folder: Path, *words: str) -> dict[str, Any]:
    done = run_here(folder, {"HOME": str(folder)}, "campaign", *words, "--at", AT, "--format", "json")
    assert done.returncode == 0, done.stderr
    members: dict[str, Any] = json.loads(done.stdout)
    return members


def seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


@pytest.mark.slow
def test_nine_of_ten_campaigns_end_within_the_band(tmp_path: Path) -> None:
    """And at least the eight of ten that P10 and P90 promise, for each other figure."""
    within: dict[str, int] = dict.fromkeys(("end", "calls", "reached", "left"), 0)
    for number in range(len(PEOPLE)):
        campaign(tmp_path, number)
        expected = run(tmp_path, "forecast", "--runs", "40")
        for seed in (number, 100 + number):
            _count(within, expected, run(tmp_path, "emulate", "--seed", str(seed)))
    played = 2 * len(PEOPLE)
    assert within["end"] >= 0.9 * played, within
    assert min(within.values()) >= 0.8 * played, within


def _count(within: dict[str, int], expected: dict[str, Any], played: dict[str, Any]) -> None:
    outcomes = {one["group"]: one["calls"] for one in played["by_outcome"]}
    real = {
        "calls": played["calls"],
        "reached": outcomes.get("completed", 0),
        "left": expected["people"] - sum(one["attempts"] > 0 for one in played["recipients"]),
    }
    for name, value in real.items():
        within[name] += expected[name]["p10"] <= value <= expected[name]["p90"]
    # An end that the deadline or the last retry sets is one moment in all runs; people see minutes.
    least, most = seconds(expected["end"]["p10"]), seconds(expected["end"]["p90"])
    within["end"] += least - MINUTE <= seconds(played["last_call"]) <= most + MINUTE
