"""Campaigns that cannot begin or go on: a coded error each, never a traceback, and nothing half there."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
from pathlib import Path

import pytest

from nccodsl.campaign.person_vault import KEY_VARIABLE
from tests.e2e.campaign_desk import SCRIPT, CampaignDesk
from tests.e2e.servers import wait_for

NOWHERE = "http://127.0.0.1:9"
MANY = [f"+1415{2000000 + number}" for number in range(12_000)]


@pytest.fixture
def desk(tmp_path: Path) -> CampaignDesk:
    return CampaignDesk(tmp_path, NOWHERE)


def _database(desk: CampaignDesk) -> sqlite3.Connection:
    return sqlite3.connect(desk.folder / "state" / "calls.sqlite3")


def _loaded(desk: CampaignDesk) -> int:
    """Recipients that are in the book so far."""
    try:
        with _database(desk) as db:
            return int(db.execute("SELECT count(*) FROM recipient").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def test_a_table_that_is_broken_in_the_middle_leaves_nothing(desk: CampaignDesk) -> None:
    desk.write("a", [*MANY[:1500], '"14155550101', *MANY[1500:1600]])
    out, said = desk.run("campaign", "start", "a.toml", code=1)
    assert "a.csv:1502: a quoted cell is not closed" in said
    assert out == ""
    assert _loaded(desk) == 0
    assert desk.run("campaign", "list")[0] == "No campaign was started.\n"


@pytest.mark.slow
@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGINT])
def test_a_start_that_is_interrupted_can_be_repeated(desk: CampaignDesk, by: signal.Signals) -> None:
    desk.write("a", MANY)
    with subprocess.Popen(
        desk.command("campaign", "start", "a.toml"), cwd=desk.folder, env=desk.environment, stderr=subprocess.PIPE
    ) as process:
        wait_for(lambda: _loaded(desk) > 1000 or process.poll() is not None)
        process.send_signal(by)
        _, said = process.communicate(timeout=60)
    assert process.returncode in (-by, 130), said
    assert b"Traceback" not in said
    assert (_loaded(desk) > 0) == (by == signal.SIGKILL)
    # Another list is not mixed with the one that was interrupted.
    (desk.folder / "a.csv").write_text("number\n" + "".join(f"{number}\n" for number in reversed(MANY)))
    desk.run("campaign", "start", "a.toml")
    assert desk.counts("a") == {"waiting": len(MANY)}
    assert "row 1: waiting" in desk.run("campaign", "why", MANY[-1])[0]


@pytest.mark.slow
@pytest.mark.parametrize("same", [True, False])
def test_two_starts_of_one_name_at_once(desk: CampaignDesk, same: bool) -> None:
    desk.write("a", MANY[:4000])
    other = SCRIPT if same else SCRIPT.replace("Hello", "Good morning")
    (desk.folder / "b.call").write_text(other)
    numbers = MANY[:4000] if same else MANY[4000:]
    (desk.folder / "b.csv").write_text("number\n" + "".join(f"{number}\n" for number in numbers))
    toml = (desk.folder / "a.toml").read_text()
    (desk.folder / "b.toml").write_text(toml if same else toml.replace("a.csv", "b.csv").replace("a.call", "b.call"))
    started = [
        subprocess.Popen(
            desk.command("campaign", "start", f"{name}.toml"),
            cwd=desk.folder,
            env=desk.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in "ab"
    ]
    ended = [process.communicate(timeout=120) for process in started]
    codes = [process.returncode for process in started]
    assert "Traceback" not in ended[0][1] + ended[1][1]
    assert set(codes) <= {0, 2}, ended
    counts = [] if 0 not in codes else [desk.counts("a")["waiting"]]
    assert set(counts) <= {4000, len(numbers)}, "one list, whole, and not both"


def test_another_key(desk: CampaignDesk) -> None:
    desk.start("a", MANY[:3])
    desk.environment[KEY_VARIABLE] = "another secret of the tests"
    for words in (("start", "a.toml"), ("list",), ("why", "14152000001"), ("report", "a"), ("verify", "a")):
        assert "begun with another key" in desk.run("campaign", *words, code=2)[1], words
    with desk.worker() as worker:
        assert KEY_VARIABLE in worker.ends(2)
    desk.environment[KEY_VARIABLE] = "short"
    assert "16 random characters" in desk.run("campaign", "list", code=2)[1]


def test_a_ledger_that_was_changed(desk: CampaignDesk) -> None:
    desk.start("a", [*MANY[:3], "0"])
    desk.run("campaign", "pause", "a")
    desk.run("campaign", "verify", "a")
    with _database(desk) as db:
        db.execute("UPDATE decision SET reason = 'suppressed' WHERE number = 2")
    assert "broken at entry 2" in desk.run("campaign", "verify", "a", code=1)[0]
    with _database(desk) as db:
        db.execute("UPDATE decision SET facts = 'no JSON' WHERE number = 2")
    for command in ("verify", "why", "replay"):
        words = ("14152000001",) if command == "why" else ("a",)
        done = subprocess.run(
            desk.command("campaign", command, *words),
            cwd=desk.folder,
            env=desk.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in (0, 1, 2), done.stderr


def test_a_campaign_of_another_version_stops_no_other_one_when_it_is_over(desk: CampaignDesk) -> None:
    desk.start("a", MANY[:3])
    with _database(desk) as db:
        plan = json.loads(db.execute("SELECT plan FROM campaign").fetchone()[0])
        plan["plan"]["colour"] = "red"
        db.execute("UPDATE campaign SET plan = ?", (json.dumps(plan),))
    assert "E736" in desk.run("campaign", "replay", "a", code=1)[1]
    with desk.worker() as worker:
        assert "E736" in worker.ends(1)
    desk.run("campaign", "stop", "a")
    with desk.worker() as worker:
        assert "All campaigns are over." in worker.ends()
    with _database(desk) as db:
        db.execute("UPDATE campaign SET plan = '{'")
    assert "cannot be used" in desk.run("campaign", "replay", "a", code=2)[1]


def test_values_that_cannot_be_read(desk: CampaignDesk) -> None:
    desk.start("a", MANY[:3])
    with _database(desk) as db:
        db.execute("UPDATE recipient SET sealed = x'00' WHERE id = 1")
    with desk.worker() as worker:
        assert "are damaged" in worker.ends(2)
    assert "are damaged" in desk.run("campaign", "report", "a", "--format", "csv", code=2)[1]


def test_tables_of_a_newer_version(desk: CampaignDesk) -> None:
    desk.start("a", MANY[:3])
    with _database(desk) as db:
        db.execute("UPDATE part SET version = 99")
    assert "newer version" in desk.run("campaign", "list", code=2)[1]
    assert "newer version" in desk.run("campaign", "start", "a.toml", code=2)[1]


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no limits of files")
def test_a_disk_that_is_full(desk: CampaignDesk) -> None:
    import resource

    desk.start("a", MANY[:3])
    desk.write("b", MANY[:5000])

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))

    said = desk.run("campaign", "start", "b.toml", code=2, preexec_fn=full)[1]
    assert "cannot be used" in said
    assert desk.counts("a") == {"waiting": 3}
    desk.run("campaign", "start", "b.toml")
    assert desk.counts("b") == {"waiting": 5000}


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root writes everywhere")
def test_a_state_folder_that_is_read_only(desk: CampaignDesk) -> None:
    desk.write("a", MANY[:3])
    (desk.folder / "state").mkdir()
    (desk.folder / "state").chmod(0o500)
    assert "cannot be" in desk.run("campaign", "start", "a.toml", code=2)[1]


def test_a_state_folder_that_is_a_file(desk: CampaignDesk) -> None:
    desk.write("a", MANY[:3])
    (desk.folder / "state").write_text("mine")
    assert "cannot be used" in desk.run("campaign", "start", "a.toml", code=2)[1]
    with desk.worker() as worker:
        assert "E803" in worker.ends(2)
