"""`nccodsl campaign forecast`: what is printed, what it is based on, and what is said where there is nothing to forecast."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.in_process import run_here
from tests.golden import compare

SCRIPT = """\
param number: phone

call {
  to   phone {{ number }}
  from phone 14155550100
}

talk "There is no water until tomorrow morning."
"""
ASKING = """\
param number: phone

call {
  to   phone {{ number }}
  from phone 14155550100
  ringing_timer=30s
  machine_detection=continue
}

step main {
  talk "There is no water. To speak with us, press 1."
  input dtmf max_digits=1 {
    on "1" { connect phone 14155550199 }
    otherwise { talk "Goodbye." }
  }
}
"""
CONNECTING = SCRIPT + "connect phone 14155550199\n"
GOLDEN = Path(__file__).parents[1] / "cases" / "forecasts"
AT = ("--at", "2026-11-30T20:00:00Z")


def run(folder: Path, *words: str, code: int = 0) -> tuple[str, str]:
    done = run_here(folder, {"HOME": str(folder)}, "campaign", "forecast", *words)
    assert done.returncode == code, done.stderr
    return done.stdout, done.stderr


def campaign(
    folder: Path, more: str = "", script: str = SCRIPT, people: int = 40, areas: tuple[int, ...] = (212,)
) -> None:
    (folder / "a.call").write_text(script, encoding="utf-8")
    numbers = [f"1{areas[n % len(areas)]}555{1000 + n}" for n in range(people)]
    (folder / "rows.csv").write_text("\n".join(["number", *numbers]) + "\n", encoding="utf-8")
    (folder / "campaign.toml").write_text(
        'name = "a"\nscript = "a.call"\npurpose = "emergency"\nrecipients.file = "rows.csv"\n' + more, encoding="utf-8"
    )


def found(folder: Path, *words: str) -> dict[str, Any]:
    members: dict[str, Any] = json.loads(run(folder, *AT, "--format", "json", *words)[0])
    return members


CAMPAIGNS = {
    "evening": (
        'windows = { hours = "mon-sun 9:00-20:00", zone = "America/New_York" }\n'
        'retries = { busy = { wait = "15m" }, unanswered = { wait = "3h", other_daypart = true } }\n'
        "forecast = { price = 0.02 }\n"
    ),
    "deadline": (
        "deadline = 2026-11-30T20:00:30Z\nlimits.calls_per_second = 2\n"
        "forecast = { unanswered = 20, machine = 15, sample = 2000, connects = 0.2 }\n"
    ),
}
"""Settings of campaigns whose forecasts are golden."""


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_what_is_printed(name: str, tmp_path: Path, accept: bool) -> None:
    campaign(tmp_path, CAMPAIGNS[name], people=120, areas=(212, 312, 415))
    compare(GOLDEN / f"{name}.txt", run(tmp_path, *AT)[0], accept)


def test_all_figures_for_machines(tmp_path: Path) -> None:
    campaign(tmp_path, 'forecast = { busy = 50, price = 0.1 }\nretries.busy = { wait = "5m" }\n')
    members = found(tmp_path)
    assert (members["campaign"], members["rows"], members["people"], members["seed"]) == ("a", 40, 40, 1)
    assert members["calls"]["p50"] > 45
    assert members["end"]["p10"].startswith("2026-11-30T20:")
    assert members["cost"]["p50"] == pytest.approx(members["minutes"]["p50"] * 0.1, abs=0.01)
    assert members["zones"] == [
        {"zones": ["America/New_York"], "people": 40, "left": {"p10": 0.0, "p50": 0.0, "p90": 0.0}}
    ]
    assert members["assumed"]["shares"] == {"busy": 0.5, "completed": 0.5}
    assert members["assumed"]["shares_from"] == "the campaign file"
    assert members["problems"] == []
    assert found(tmp_path) == members
    assert found(tmp_path, "--seed", "2") != members


def test_who_is_left_over_is_told_by_zone(tmp_path: Path) -> None:
    more = "deadline = 2026-11-30T20:00:30Z\n"
    campaign(tmp_path, more, people=400, areas=(212, 312))
    out, _ = run(tmp_path, *AT)
    assert "Not called at all:" in out
    assert "- America/New_York: P10 1" in out
    assert "- America/Chicago: P10 1" in out


def test_assumptions_that_the_script_tells(tmp_path: Path) -> None:
    campaign(tmp_path)
    plain = found(tmp_path)["assumed"]
    assert (plain["shares"], plain["connects"], plain["starts"]) == (
        {"completed": 0.65, "unanswered": 0.25, "busy": 0.05, "failed": 0.05},
        0,
        1,
    )
    assert plain["talk_from"] == "20 emulated calls in which nothing is said or pressed"
    assert (plain["seconds"]["unanswered"], plain["seconds"]["completed"]) == (60, 10 + plain["talk"])
    campaign(tmp_path, script=ASKING)
    asking = found(tmp_path)["assumed"]
    assert asking["shares"]["machine"] == 0.3
    assert asking["seconds"]["unanswered"] == 30
    assert asking["talk"] > plain["talk"]
    campaign(tmp_path, script=CONNECTING)
    connecting = found(tmp_path)["assumed"]
    assert (connecting["connects"], connecting["connected"], connecting["starts"]) == (1, 30, 2)
    assert connecting["calls_per_second"] < plain["calls_per_second"] / 2
    assert found(tmp_path)["legs"]["p50"] > found(tmp_path)["calls"]["p50"]


def test_settings_come_first(tmp_path: Path) -> None:
    more = (
        "limits = { calls_per_second = 1, calls_at_once = 100, calls = 10 }\n"
        'forecast = { unanswered = 10, machine = 5, ring = "8s", talk = "1m", connects = 0.5, connected = "2m",'
        " round_trip = 0.25, sample = 5000, price = 1 }\n"
    )
    campaign(tmp_path, more)
    members = found(tmp_path, "--limit", "10")
    assumed = members["assumed"]
    assert assumed["shares"] == {"completed": 0.85, "unanswered": 0.1, "machine": 0.05}
    assert (assumed["talk"], assumed["talk_from"], assumed["connected"]) == (60, "the campaign file", 120)
    assert (assumed["connects"], assumed["round_trip"], assumed["sample"], assumed["limit"]) == (0.5, 0.25, 5000, 10)
    assert assumed["seconds"]["completed"] == 68
    assert assumed["calls_per_second"] == 0.8
    assert members["calls_limit_reached"]
    out, _ = run(tmp_path, *AT)
    assert "The limit of `calls` ends the campaign in some runs." in out
    assert "the campaign has 1 call a second, 100 calls at a time" in out


def test_the_limit_of_the_profile(tmp_path: Path) -> None:
    campaign(tmp_path)
    (tmp_path / "nccodsl.toml").write_text("limit = 7\n")
    assert found(tmp_path)["assumed"]["limit"] == 7
    assert found(tmp_path, "--limit", "2")["assumed"]["limit"] == 2
    (tmp_path / "nccodsl.toml").write_text("limit = 0\n")
    assert "E710" in run(tmp_path, code=2)[1]


def test_a_chart_is_written(tmp_path: Path) -> None:
    campaign(tmp_path)
    _, said = run(tmp_path, *AT, "--svg", "a.svg")
    assert said == "wrote the chart to a.svg\n"
    assert "a: calls per hour" in (tmp_path / "a.svg").read_text(encoding="utf-8")
    before = (tmp_path / "rows.csv").read_bytes()
    assert "is an input file" in run(tmp_path, "--svg", "rows.csv", code=2)[1]
    assert (tmp_path / "rows.csv").read_bytes() == before


def test_nothing_to_forecast(tmp_path: Path) -> None:
    campaign(tmp_path, people=0)
    out, said = run(tmp_path, "--svg", "a.svg", code=1)
    assert (out, "error[E731]: there are no recipients" in said) == ("", True)
    assert not (tmp_path / "a.svg").exists()
    campaign(tmp_path)
    (tmp_path / "rows.csv").write_text("number\n0170\n")
    assert "no recipient can be called" in run(tmp_path, code=1)[1]
    assert json.loads(run(tmp_path, "--format", "json", code=1)[0])["problems"][0]["code"] == "E731"
    (tmp_path / "rows.csv").unlink()
    assert "E731" in run(tmp_path, code=1)[1]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("deadline = 2026-11-30T19:59:00Z\n", "error[E730]: the deadline is before --at"),
        (
            "forecast = { busy = 60, unanswered = 50 }\n",
            "error[E730]: the outcomes in `[forecast]` are 110 % of the calls",
        ),
        ("forecast = { busy = 101 }\n", "error[E730]: `busy` must be an integer from 0 to 100, not `101`"),
        ('forecast = { price = "1" }\n', "error[E730]: `price` must be a number from 0 to 1000"),
        ("forecast = { answered = 50 }\n", "error[E730]: `answered` is not a setting of `[forecast]`"),
    ],
)
def test_bad_campaign_files(tmp_path: Path, more: str, expected: str) -> None:
    campaign(tmp_path, more)
    assert expected in run(tmp_path, *AT, code=1)[1]


def test_wrong_usage(tmp_path: Path) -> None:
    campaign(tmp_path)
    assert "'--at'" in run(tmp_path, "--at", "soon", code=2)[1]
    assert "'--runs'" in run(tmp_path, "--runs", "0", code=2)[1]
    assert "E803" in run(tmp_path, "--store", "sqlite:none.db", code=2)[1]


def test_a_script_whose_call_cannot_be_played(tmp_path: Path) -> None:
    """It asks another system, which does not answer here; so its length is a default."""
    script = SCRIPT.replace(
        'talk "There', 'fetch "https://crm.example.com/water" as water\ntalk "{{ water.text }} There'
    )
    campaign(tmp_path, script=script)
    assert found(tmp_path)["assumed"]["talk_from"]
