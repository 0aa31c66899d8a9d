"""A campaign from `start` to `report`: who is called, what is written down, and what people can change meanwhile."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from nccodsl.campaign.campaign_book import CampaignBook
from nccodsl.campaign.person_vault import PersonVault
from nccodsl.client.journal import Journal
from nccodsl.emulator.http.host import Emulator
from nccodsl.emulator.personas.persona import Act, Cast, Persona, Rule
from nccodsl.io.sqlite import transaction
from tests.e2e.calls.placed_calls import account_environment, write_scripts
from tests.e2e.in_process import run_here

SCRIPT = """\
param number: phone
param name: text
param code: text private = "none"

call {
  to   phone {{ number }}
  from phone 14155550100
}

talk "Hello {{ name }}."
"""
KEY = "a key of sixteen characters"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    busy = Persona("busy", of=("phone 14155550202",), outcome="busy", delay=0.1)
    with Emulator(speed=5.0, creations=50, cast=Cast((busy, Persona(delay=0.1)))) as running:
        yield running


@pytest.fixture
def run(tmp_path: Path, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr("nccodsl.campaign.worker.FOLLOW_EVERY", 0.1)
    write_scripts(tmp_path)
    (tmp_path / "nccodsl.toml").write_text(f'host = "{emulator.url}"\nlimit = 50\n')

    def run(*words: str, code: int | None = 0, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = account_environment(tmp_path, **{"NCCODSL_CAMPAIGN_KEY": KEY, **variables})
        done = run_here(tmp_path, environment, "campaign", *words)
        assert code is None or done.returncode == code, done.stdout + done.stderr
        return done

    return run


def campaign(folder: Path, rows: str, more: str = "", name: str = "a") -> None:
    (folder / f"{name}.call").write_text(SCRIPT, encoding="utf-8")
    (folder / f"{name}.csv").write_text(f"number,name,code\n{rows}", encoding="utf-8")
    (folder / f"{name}.toml").write_text(
        f'name = "{name}"\nscript = "{name}.call"\npurpose = "emergency"\nrecipients.file = "{name}.csv"\n{more}',
        encoding="utf-8",
    )


ROWS = "14155550201,Ann,4711\n14155550202,Bob,\n14155550201,Ann,\nnone,Cy,\n14155550203,Dee,\n"


def called(emulator: Emulator) -> Counter[str]:
    return Counter(leg.callee_number for leg in emulator.network.legs.values())


def test_from_a_file_to_a_report(tmp_path: Path, run: Run, emulator: Emulator) -> None:
    campaign(tmp_path, ROWS)
    assert "Started a: 3 recipients to call, 2 skipped." in run("start", "a.toml").stdout
    assert not emulator.network.legs
    run("work")
    assert called(emulator) == {"14155550201": 1, "14155550202": 1, "14155550203": 1}
    assert run("list").stdout == "a: over; 3 ended, 2 skipped\n"
    report = json.loads(run("report", "a", "--format", "json").stdout)
    assert report["outcomes"] == {"completed": 2, "busy": 1}
    assert report["reasons"] == {
        "ended: done": 2,
        "skipped: duplicate": 1,
        "skipped: invalid": 1,
        "ended: exhausted": 1,
    }
    rows = list(csv.DictReader(io.StringIO(run("report", "a", "--format", "csv").stdout)))
    assert [(row["row"], row["state"], row["reason"], row["outcome"]) for row in rows] == [
        ("1", "ended", "done", "completed"),
        ("2", "ended", "exhausted", "busy"),
        ("3", "skipped", "duplicate", ""),
        ("4", "skipped", "invalid", ""),
        ("5", "ended", "done", "completed"),
    ]
    assert rows[0]["number"] == "14155550201"
    assert [row["code"] for row in rows] == ["", "", "E733", "E732", ""]
    # A worker that has nothing to do ends at once, and no one is called again.
    run("work")
    assert sum(called(emulator).values()) == 3


def test_everyone_has_a_story(tmp_path: Path, run: Run) -> None:
    campaign(tmp_path, ROWS)
    run("start", "a.toml")
    run("work")
    words = run("why", "+1 415 555 0202").stdout
    assert [line.split("Z  ")[-1] for line in words.splitlines()] == [
        "14155550202 in a, row 2: ended (exhausted)",
        "calls are allowed until further notice  [US@2026-11-29]",
        "the call was placed  [answer]",
        "the call ended: busy  [call]",
        "the last call ended with busy, and no further try is left  [campaign]",
    ]
    assert "row 3: skipped (duplicate)" in run("why", "14155550201").stdout
    assert run("why", "14155550299", code=1).stderr == "14155550299 is in no campaign.\n"
    assert "is not in a." in run("why", "14155550299", "--campaign", "a", code=1).stderr
    assert "did you mean `a`" in run("why", "14155550201", "--campaign", "A1", code=2).stderr
    (found,) = json.loads(run("why", "14155550203", "--json").stdout)
    assert found["state"] == "ended"
    assert [one["what"] for one in found["decisions"]] == ["call", "placed", "ended", "stop"]


@pytest.mark.slow
def test_retries_and_caps(tmp_path: Path, run: Run, emulator: Emulator) -> None:
    campaign(tmp_path, "14155550202,Bob,\n", '[retries]\nbusy = { wait = "1s", most = 5 }\n')
    run("start", "a.toml")
    run("work", "--once")
    assert called(emulator) == {"14155550202": 1}
    story = json.loads(run("why", "14155550202", "--json").stdout)[0]
    for _ in range(100):
        time.sleep(0.1)
        run("work", "--once")
        (story,) = json.loads(run("why", "14155550202", "--json").stdout)
        if story["decisions"][-1]["reason"] == "capped":
            break
    # The cap of three calls in 24 hours holds, whatever the retries are.
    assert called(emulator) == {"14155550202": 3}
    assert story["state"] == "waiting"
    # Another campaign may not call the number either.
    campaign(tmp_path, "14155550202,Bob,\n", name="b")
    run("start", "b.toml")
    run("work", "b", "--once")
    assert called(emulator) == {"14155550202": 3}
    assert "the cap of 3 in 24 h is reached" in run("why", "14155550202", "--campaign", "b").stdout


def test_paused_stopped_and_suppressed(tmp_path: Path, run: Run, emulator: Emulator) -> None:
    campaign(tmp_path, ROWS)
    run("start", "a.toml")
    assert run("pause", "a").stdout == "Paused a: no one new is called; calls that run go on.\n"
    assert run("pause", "--all").stdout == "a is paused already.\n"
    run("work", "--once")
    assert not emulator.network.legs
    environment = account_environment(tmp_path)
    assert run_here(tmp_path, environment, "suppress", "add", "14155550203").returncode == 0
    run("resume", "a")
    run("work")
    assert called(emulator) == {"14155550201": 1, "14155550202": 1}
    assert "the number is suppressed" in run("why", "14155550203").stdout
    campaign(tmp_path, "14155550205,Eve,\n", name="b")
    run("start", "b.toml")
    assert "1 recipient who still waited will not be called" in run("stop", "b").stdout
    run("work", code=None)
    assert sum(called(emulator).values()) == 2
    assert "cannot be running" in run("resume", "b", code=2).stderr
    assert "give the name of a campaign, or --all" in run("pause", code=2).stderr


def test_calls_can_be_ended(tmp_path: Path, run: Run, emulator: Emulator) -> None:
    campaign(tmp_path, "14155550201,Ann,\n")
    (tmp_path / "a.call").write_text(SCRIPT.replace('"Hello {{ name }}."', '"{{ name }}" loop=0'), encoding="utf-8")
    run("start", "a.toml")
    run("work", "--once")
    # The create request of v2 has no UUID; the list of calls has it.
    stopped = run("stop", "a", "--hang-up")
    assert "Stopped a: no one waited." in stopped.stdout
    (leg,) = emulator.network.legs.values()
    assert "1 call ended." in stopped.stdout
    assert leg.ended_at is not None
    assert run("stop", "a").stdout == "a is over already.\n" or "Stopped a" in run("stop", "a").stdout


def test_a_name_is_used_once_and_bad_campaigns_leave_nothing(tmp_path: Path, run: Run) -> None:
    campaign(tmp_path, ROWS)
    (tmp_path / "a.csv").write_text("number,name\nnone,Ann\n", encoding="utf-8")
    done = run("start", "a.toml", code=1)
    assert "no recipient can be called" in done.stderr
    assert run("list").stdout == "No campaign was started.\n"
    (tmp_path / "a.csv").write_bytes(b'number,name\n14155550201,Ann\n14155550202,"\xff')
    run("start", "a.toml", code=None)
    campaign(tmp_path, ROWS, name="c")
    run("start", "c.toml")
    assert "there is a campaign `c` already (running)" in run("start", "c.toml", code=2).stderr
    assert "there is no campaign `d`" in run("report", "d", code=2).stderr
    assert "no campaign was started" in run("work", code=2, NCCODSL_STATE=str(tmp_path / "other")).stderr


def test_values_are_sealed_and_can_be_forgotten(tmp_path: Path, run: Run) -> None:
    campaign(tmp_path, ROWS)
    run("start", "a.toml")
    kept = b"".join(path.read_bytes() for path in (tmp_path / "state").glob("calls.sqlite3*"))
    assert b"4711" not in kept
    assert b"14155550201" not in kept
    assert "begun with another key" in run("list", code=2, NCCODSL_CAMPAIGN_KEY="another key of some length").stderr
    assert "too short" in run("list", code=2, NCCODSL_CAMPAIGN_KEY="short").stderr
    run("work")
    assert run("forget", "14155550201").stdout == "The number and its values were removed from 1 campaign.\n"
    kept = b"".join(path.read_bytes() for path in (tmp_path / "state").glob("calls.sqlite3*"))
    report = run("report", "a", "--format", "csv").stdout
    assert "14155550201" not in report
    assert "14155550203" in report
    # What was decided stays, and can be checked; it cannot be made again.
    assert "done" in run("why", "14155550201").stdout
    assert "each as it was written" in run("verify", "a").stdout
    replayed = json.loads(run("replay", "a", "--json").stdout)
    assert (replayed["differing"], replayed["forgotten"]) == ([], 2)
    assert replayed["when_read"] == 0
    run("replay", "a", "--strict", code=1)
    done = run("forget", "14155550299", code=1)
    assert done.stderr == "No campaign keeps anything of 14155550299.\n"


def test_who_was_skipped_at_the_start_is_not_forgotten(tmp_path: Path, run: Run) -> None:
    campaign(tmp_path, "18005550104,Ann,\n14155550201,Bob,\n14155550203,,\n")
    done = run("start", "a.toml")
    assert "W057" in done.stderr
    replayed = json.loads(run("replay", "a", "--json", "--strict").stdout)
    assert (replayed["forgotten"], replayed["when_read"]) == (0, 1)
    assert "1 decision made when the list was read" in run("replay", "a").stdout


def test_what_was_changed_in_the_ledger_is_found(tmp_path: Path, run: Run) -> None:
    campaign(tmp_path, ROWS)
    run("start", "a.toml")
    run("work")
    head = json.loads(run("verify", "a", "--json").stdout)["head"]
    assert "each as it was written" in run("verify", "a", "--head", head).stdout
    assert json.loads(run("replay", "a", "--json").stdout)["differing"] == []
    with Journal(tmp_path / "state") as journal:
        CampaignBook(journal, PersonVault(KEY))
        with transaction(journal._db):
            journal._db.execute("DELETE FROM decision WHERE number = (SELECT max(number) FROM decision)")
    assert "64 hexadecimal digits" in run("verify", "a", "--head", "abc", code=2).stderr
    # A ledger that ends earlier is whole; only the head that was kept tells.
    run("verify", "a")
    assert "is broken at entry" in run("verify", "a", "--head", head, code=1).stdout
    with Journal(tmp_path / "state") as journal, transaction(journal._db):
        journal._db.execute("UPDATE decision SET reason = 'other' WHERE number = 5")
    assert "is broken at entry 5: it was changed" in run("verify", "a", code=1).stdout
    run("why", "14155550201")
    for number, why in ((1, "it is not the beginning of a campaign"), (99, "it is not there")):
        with Journal(tmp_path / "state") as journal, transaction(journal._db):
            journal._db.execute(f"DELETE FROM decision WHERE number <= {number}")
        assert f"is broken at entry 1: {why}" in run("verify", "a", code=1).stdout


def test_a_refusal_can_be_retried(tmp_path: Path, run: Run, emulator: Emulator) -> None:
    campaign(tmp_path, "14155550201,Ann,\n")
    run("start", "a.toml")
    # The key of another application: the API takes no request, and the worker ends.
    done = run("work", code=None, VONAGE_APPLICATION_ID="11111111-2222-3333-4444-555555555555")
    assert done.returncode in (0, 1)
    assert re.search(r"1 (waiting|ended)", run("list").stdout)
    run("work")
    assert called(emulator) == {"14155550201": 1}


def test_attempts_that_became_no_calls_are_counted_apart(tmp_path: Path, run: Run) -> None:
    campaign(tmp_path, ROWS)
    run("start", "a.toml")
    run("work")
    with Journal(tmp_path / "state") as journal, transaction(journal._db):
        journal._db.execute("UPDATE intents SET state = 'refused' WHERE callee = '14155550202'")
        journal._db.execute("UPDATE attempt SET outcome = NULL, price = NULL")
    text = run("report", "a").stdout
    assert "\n2 calls from " in text
    assert "cost 0" not in text
    assert "1 attempt did not become calls: 1 refused\n" in text
    assert text.splitlines()[-1].split() == ["placed", "2", "0", "-"]
    found = json.loads(run("report", "a", "--format", "json").stdout)
    assert (found["calls"], found["not_placed"], found["price"]) == (2, {"refused": 1}, None)
    assert [one["attempts"] for one in found["recipients"]] == [1, 0, 0, 0, 1]
    assert "1 attempt did not become calls" in run("report", "a", "--format", "html").stdout


def test_the_page_of_a_report(tmp_path: Path, run: Run) -> None:
    campaign(tmp_path, ROWS)
    run("start", "a.toml")
    run("work")
    run("report", "a", "--format", "html", "--by", "zone", "-o", "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "America/Los_Angeles" in page
    assert "14155550201" not in page
    assert "<script" not in page


def test_a_server_that_cannot_answer_is_found_before_anyone_is_called(
    tmp_path: Path, run: Run, emulator: Emulator
) -> None:
    campaign(tmp_path, "14155550201,Ann,\n")
    (tmp_path / "a.call").write_text(
        SCRIPT + 'input dtmf { on "1" { talk "One." } otherwise { hangup } }\n', encoding="utf-8"
    )
    run("start", "a.toml")
    assert "give the --base-url" in run("work", code=2).stderr
    assert "it does not answer: ConnectError" in run("work", "--base-url", "http://127.0.0.1:9", code=2).stderr
    environment = account_environment(tmp_path)
    for state, script, told in (
        ("state", "b.call", "it serves no script as `a`"),
        ("other", "a.call", "it has another --store"),
    ):
        (tmp_path / "b.call").write_text((tmp_path / "a.call").read_text(encoding="utf-8"), encoding="utf-8")
        with serving(tmp_path, script, {**environment, "NCCODSL_STATE": str(tmp_path / state)}) as url:
            assert told in run("work", "--base-url", url, code=2).stderr
    assert not emulator.network.legs
    with serving(tmp_path, "a.call", environment) as url:
        run("work", "--base-url", url, "--once")
    assert called(emulator) == {"14155550201": 1}


@contextmanager
def serving(folder: Path, script: str, environment: dict[str, str], *more: str) -> Iterator[str]:
    """`nccodsl serve` of a script; its address."""
    command = [sys.executable, "-m", "nccodsl", "serve", script, "--port", "0", "--allow-unsigned", *more]
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            found = None
            while found is None:
                line = process.stdout.readline()
                assert line
                found = re.search(r"http://127\.0\.0\.1:\d+", line)
            yield found[0]
        finally:
            process.terminate()


def test_calls_are_counted_by_the_branches_that_they_took(tmp_path: Path, run: Run, emulator: Emulator) -> None:
    assert isinstance(emulator.network.cast, Cast)
    keys = Persona("keys", of=("phone 14155550203",), does=(Rule((Act("press", "1"),), hears="Hello"),), delay=0.1)
    emulator.network.cast = Cast((keys, *emulator.network.cast.personas))
    campaign(tmp_path, ROWS)
    branches = 'input dtmf timeout=1s {\n  on "1" { talk "One." }\n  otherwise { hangup }\n}\n'
    (tmp_path / "a.call").write_text(SCRIPT + branches, encoding="utf-8")
    run("start", "a.toml")
    environment = account_environment(tmp_path)
    with serving(tmp_path, "a.call", environment, "--record", "calls.jsonl") as url:
        run("work", "--base-url", url)
    by_branch = ("report", "a", "--by", "branch")
    counted = run(*by_branch, "--history", "calls.jsonl").stdout.splitlines()[-3:]
    assert sorted(tuple(line[:53].rsplit(maxsplit=2)) for line in counted) == [
        ('12: on "1" { talk "One." }', "1", "1"),
        ("13: otherwise { hangup }", "1", "1"),
        ("no branch", "1", "0"),
    ]
    # Of another script under this name, only what is known of it is told.
    (tmp_path / "calls.jsonl").write_text(
        (tmp_path / "calls.jsonl").read_text(encoding="utf-8").replace('"version":"', '"version":"other'),
        encoding="utf-8",
    )
    groups = json.loads(run(*by_branch, "--history", "calls.jsonl", "--format", "json").stdout)["by_branch"]
    assert {one["group"] for one in groups} == {
        "no branch",
        "took `on` (line 12)",
        "took `otherwise` (line 13)",
    }
    assert "serve --record FILE" in run(*by_branch, code=2).stderr
    assert "serve --record FILE" in run("report", "a", "--history", "calls.jsonl", code=2).stderr
    assert "E830" in run(*by_branch, "--history", "a.csv", code=2).stderr
    assert "check the path in `--history`" in run(*by_branch, "--history", "none.jsonl", code=2).stderr
