"""`call --rows`: each row is called once, whatever happens to the command in between."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import time
import uuid
from collections import Counter
from pathlib import Path

import pytest

from nccodsl.client import start_slots
from nccodsl.emulator.http.host import Emulator
from tests.e2e.calls.placed_calls import Run, account_environment, nccodsl_command, patient_emulator
from tests.e2e.quick_workers import quicken
from tests.e2e.servers import wait_for


def _rows(here: Path, count: int, name: str = "people.csv") -> list[str]:
    numbers = [f"1415555{number:04}" for number in range(200, 200 + count)]
    (here / name).write_text("number\n" + "".join(f"{number}\n" for number in numbers))
    return numbers


def _called(emulator: Emulator) -> Counter[str]:
    return Counter(leg.callee_number for leg in emulator.network.legs.values())


def _call(run: Run, emulator: Emulator, *more: str, rows: str = "people.csv") -> subprocess.CompletedProcess[str]:
    return run("call", "hello.call", "--rows", rows, "--host", emulator.url, *more)


def test_each_row_is_called_once(run: Run, here: Path, emulator: Emulator) -> None:
    numbers = _rows(here, 4)
    done = _call(run, emulator)
    assert (done.returncode, done.stdout) == (0, "Placed 4 calls of 4 (campaign hello/people).\n")
    again = _call(run, emulator)
    assert again.stderr == "going on with the campaign `hello/people`\n"
    assert again.returncode == 0
    # Who is added to the list is called, and no one else.
    numbers = _rows(here, 5)
    assert json.loads(_call(run, emulator, "--json").stdout) == {
        "campaign": "hello/people",
        "stopped": False,
        "placed": 5,
        "not_called": {},
    }
    assert _called(emulator) == dict.fromkeys(numbers, 1)
    journal = run("calls", "journal", "--json").stdout
    assert "hello/people/1/1" in journal


def test_a_list_that_was_changed_needs_another_name(run: Run, here: Path, emulator: Emulator) -> None:
    _rows(here, 2)
    assert _call(run, emulator).returncode == 0
    (here / "people.csv").write_text("number\n14155550999\n")
    done = _call(run, emulator)
    assert done.returncode == 2
    assert "row 1 calls another number than when the campaign began" in done.stderr
    assert "--campaign" in done.stderr
    assert _call(run, emulator, "--campaign", "second").returncode == 0
    (here / "hello.call").write_text((here / "hello.call").read_text() + 'talk "More"\n')
    assert "the script is not the one that this campaign began with" in _call(run, emulator).stderr
    assert sum(_called(emulator).values()) == 3


def test_nothing_rings_where_a_row_is_wrong(run: Run, here: Path, emulator: Emulator) -> None:
    (here / "people.csv").write_text("number\n14155550201\nnone\n+1 415 555 0201\n14155550202\n")
    done = _call(run, emulator)
    assert done.returncode == 1
    assert "people.csv:3: column number: E" in done.stderr
    assert "1 row cannot be called, so no one was called" in done.stderr
    assert not emulator.network.legs
    done = _call(run, emulator, "--skip-bad-rows")
    assert done.returncode == 0
    assert "row 3 calls 14155550201 as row 1 does: it is called once" in done.stderr
    assert _called(emulator) == {"14155550201": 1, "14155550202": 1}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--rows", "people.csv", "--to", "14155550101"), "--to cannot be combined with --rows"),
        (("--rows", "people.csv", "--emulate", "--html", "x.html"), "--html cannot be combined with --rows"),
        (("--rows", "people.csv", "--emulate", "--limit", "3"), "--limit cannot be combined with --emulate"),
        (("--rows", "people.csv", "--emulate", "--persona", "nobody"), "`nobody` is not a persona"),
        (("--campaign", "x"), "--campaign requires --rows"),
        (("--rows", "hello.call"), "neither a .csv nor a .jsonl"),
    ],
)
def test_what_does_not_go_together(run: Run, here: Path, arguments: tuple[str, ...], told: str) -> None:
    _rows(here, 1)
    done = run("call", "hello.call", *arguments)
    assert done.returncode == 2
    assert told in done.stderr


def test_scripts_that_no_list_can_call_with(run: Run, here: Path) -> None:
    _rows(here, 1)
    assert "requires a `call` block" in run("call", "loose.call", "--rows", "people.csv").stderr
    (here / "asks.call").write_text((here / "hello.call").read_text() + "input dtmf { otherwise { hangup } }\n")
    assert "give the --base-url of its server" in run("call", "asks.call", "--rows", "people.csv").stderr


@pytest.mark.slow
def test_an_api_that_cannot_be_reached_stops_it(
    run: Run, here: Path, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start_slots, "PERIOD", 0.01)
    numbers = _rows(here, 3)
    done = run("call", "hello.call", "--rows", "people.csv", "--host", "http://127.0.0.1:9")
    assert done.returncode == 4
    assert "E703" in done.stderr
    assert "3 still wait" in done.stdout
    assert _call(run, emulator).returncode == 0
    assert _called(emulator) == dict.fromkeys(numbers, 1)


def _begun(run: Run, emulator: Emulator) -> None:
    """Begin a list of which no one is called: another application has another key."""
    assert "E705" in _call(run, emulator, "--app", str(uuid.uuid4())).stderr
    assert not emulator.network.legs


def test_suppressed_numbers_are_not_called(run: Run, here: Path, emulator: Emulator) -> None:
    numbers = _rows(here, 3)
    assert run("suppress", "add", numbers[1]).returncode == 0
    done = _call(run, emulator)
    assert (done.returncode, done.stdout.splitlines()) == (
        0,
        ["Placed 2 calls of 3 (campaign hello/people).", "1 is suppressed and was not called."],
    )
    assert _called(emulator) == {numbers[0]: 1, numbers[2]: 1}
    assert "the number is suppressed  [suppression]" in run("campaign", "why", numbers[1]).stdout
    # Another server has another list.
    (here / "state" / "flows.sqlite3").rename(here / "other.sqlite3")
    told = _call(run, emulator, "--campaign", "other", "--store", "sqlite:other.sqlite3", "--json").stdout
    assert json.loads(told) == {"campaign": "other", "stopped": False, "placed": 2, "not_called": {"suppressed": 1}}
    (here / "other.sqlite3").rename(here / "state" / "flows.sqlite3")
    # A user of an app may be called like a number.
    (here / "hello.call").write_text(
        'param number: text\ncall {\n  to app {{ number }}\n  from phone 14155550100\n}\ntalk "Hello"\n'
    )
    done = _call(run, emulator, "--campaign", "users")
    assert done.stderr == ""
    assert done.stdout == "Placed 3 calls of 3 (campaign users).\n"


def test_rows_that_were_removed_are_not_called(run: Run, here: Path, emulator: Emulator) -> None:
    _rows(here, 3)
    _begun(run, emulator)
    numbers = _rows(here, 1)
    done = _call(run, emulator)
    assert (done.returncode, done.stdout.splitlines()) == (
        0,
        ["Placed 1 call of 3 (campaign hello/people).", "2 are not in the list any more and were not called."],
    )
    # That is for good.
    _rows(here, 3)
    assert _call(run, emulator).returncode == 0
    assert _called(emulator) == {numbers[0]: 1}
    assert "the row is not in the list any more" in run("campaign", "why", "14155550201").stdout


def test_what_fails_in_a_thread_ends_the_command(run: Run, here: Path, emulator: Emulator) -> None:
    _rows(here, 3)
    _begun(run, emulator)
    with sqlite3.connect(here / "state" / "calls.sqlite3") as db:
        db.execute("UPDATE recipient SET sealed = x'00'")
    done = _call(run, emulator)
    assert done.returncode == 2
    assert "the values of a recipient are damaged" in done.stderr
    assert "3 still wait" in done.stdout
    assert not emulator.network.legs


def test_a_list_that_is_paused_calls_no_one(run: Run, here: Path, emulator: Emulator) -> None:
    numbers = _rows(here, 2)
    _begun(run, emulator)
    assert run("campaign", "pause", "--all").returncode == 0
    done = _call(run, emulator)
    assert done.returncode == 1
    assert "the list is paused: `nccodsl campaign resume hello/people`" in done.stderr
    assert "2 still wait" in done.stdout
    assert not emulator.network.legs
    assert run("campaign", "resume", "hello/people").returncode == 0
    assert _call(run, emulator).returncode == 0
    assert _called(emulator) == dict.fromkeys(numbers, 1)


def test_a_list_that_was_stopped_calls_no_one(run: Run, here: Path, emulator: Emulator) -> None:
    _rows(here, 2)
    _begun(run, emulator)
    assert run("campaign", "stop", "hello/people").returncode == 0
    _rows(here, 3)
    done = _call(run, emulator)
    assert (done.returncode, done.stdout.splitlines()) == (
        1,
        ["Placed 0 calls of 2 (campaign hello/people).", "2 are stopped and were not called."],
    )
    assert "the list was stopped: no one is called any more, nor are rows that were added" in done.stderr
    assert not emulator.network.legs


def test_whom_a_campaign_is_calling_is_called_later(run: Run, here: Path, emulator: Emulator) -> None:
    numbers = _rows(here, 2)
    assert _call(run, emulator, "--campaign", "other").returncode == 0
    with sqlite3.connect(here / "state" / "calls.sqlite3") as db:  # as if it followed its calls
        db.execute("UPDATE recipient SET state = 'placed' WHERE id = 1")
    for _ in range(2):
        done = _call(run, emulator)
        assert done.returncode == 1
        assert "a campaign is calling who still waits" in done.stderr
        assert "1 still wait: give the command again" in done.stdout
    assert _called(emulator) == {numbers[0]: 1, numbers[1]: 2}


@pytest.mark.slow
@pytest.mark.parametrize("turned", ["pause", "stop"])
def test_a_list_that_is_turned_while_it_is_called_ends_the_command(
    run: Run, here: Path, emulator: Emulator, turned: str
) -> None:
    _rows(here, 30)
    line = nccodsl_command("call", "hello.call", "--rows", "people.csv", "--host", emulator.url)
    with subprocess.Popen(line, cwd=here, env=account_environment(here), stdout=subprocess.PIPE, text=True) as process:
        wait_for(lambda: len(emulator.network.legs) >= 2, 60)
        assert run("campaign", turned, "hello/people").returncode == 0
        told, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert ("still wait" if turned == "pause" else "are stopped and were not called") in told
    assert 2 <= len(emulator.network.legs) < 30


def test_a_list_is_over_when_all_calls_are_placed(run: Run, here: Path, emulator: Emulator) -> None:
    numbers = _rows(here, 2)
    assert _call(run, emulator).returncode == 0
    assert run("campaign", "list").stdout == "hello/people: over; 2 ended\n"
    assert "row 1: ended (placed)" in run("campaign", "why", numbers[0]).stdout
    assert run("campaign", "forget", numbers[0]).returncode == 0
    assert _call(run, emulator).stdout == "Placed 2 calls of 2 (campaign hello/people).\n"


@pytest.mark.slow
def test_the_calls_of_a_list_that_is_over_can_be_ended(run: Run, here: Path) -> None:
    _rows(here, 2)
    (here / "hello.call").write_text((here / "hello.call").read_text() + 'talk "la" loop=0\n')
    with patient_emulator(speed=1.0) as emulator:
        assert _call(run, emulator).returncode == 0
        wait_for(lambda: all(leg.status == "answered" for leg in emulator.network.legs.values()))
        done = run("campaign", "stop", "hello/people", "--hang-up", "--host", emulator.url)
        assert done.stdout.splitlines()[-1] == "2 calls ended."


@pytest.mark.slow
@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGKILL])
def test_whoever_stops_it_can_go_on(run: Run, here: Path, by: signal.Signals, monkeypatch: pytest.MonkeyPatch) -> None:
    quicken(monkeypatch)
    # At the speed of the clock: calls are looked up by the time of the API.
    with patient_emulator(speed=1.0) as emulator:
        numbers = _rows(here, 9)
        line = nccodsl_command("call", "hello.call", "--rows", "people.csv", "--host", emulator.url)
        with subprocess.Popen(
            line, cwd=here, env=account_environment(here), stdout=subprocess.PIPE, text=True
        ) as process:
            wait_for(lambda: len(emulator.network.legs) >= 2, 60)
            process.send_signal(by)
            told, _ = process.communicate(timeout=60)
        if by == signal.SIGINT:
            assert process.returncode == 130
            assert "No one is called twice" in told
        until = time.monotonic() + 120
        while (done := _call(run, emulator)).returncode == 3 and time.monotonic() < until:
            time.sleep(0.5)  # a call that was on its way is looked up when its worker is surely dead
        assert done.returncode == 0
        assert _called(emulator) == dict.fromkeys(numbers, 1)


def test_rows_are_emulated(run: Run, here: Path) -> None:
    _rows(here, 3)
    done = run("call", "hello.call", "--rows", "people.csv", "--emulate", "--persona", "busy")
    assert (done.returncode, done.stdout) == (0, "Emulated 3 calls: 3 busy. 0.0 minutes in all.\n")
    (here / "asks.call").write_text(
        (here / "hello.call").read_text() + 'input dtmf { on "1" { talk "One." } otherwise { hangup } }\n'
    )
    done = run("call", "asks.call", "--rows", "people.csv", "--emulate", "--json")
    assert [(one["row"], one["to"], one["outcome"]) for one in json.loads(done.stdout)] == [
        (1, "14155550200", "completed"),
        (2, "14155550201", "completed"),
        (3, "14155550202", "completed"),
    ]
    assert not (here / "state" / "calls.sqlite3").exists()


def test_an_interactive_script_has_its_server(run: Run, here: Path, emulator: Emulator) -> None:
    numbers = _rows(here, 3)
    (here / "asks.call").write_text(
        (here / "hello.call").read_text() + 'input dtmf { on "1" { talk "One." } otherwise { hangup } }\n'
    )
    address = ("--base-url", "https://calls.example.com", "--host", emulator.url)
    done = run("call", "asks.call", "--rows", "people.csv", *address)
    assert (done.returncode, done.stdout) == (0, "Placed 3 calls of 3 (campaign asks/people).\n")
    assert _called(emulator) == dict.fromkeys(numbers, 1)
    # What the server needs waits in its store, a state for each call.
    assert (here / "state" / "flows.sqlite3").exists()
    assert run("call", "asks.call", "--rows", "people.csv", *address).returncode == 0
    assert _called(emulator) == dict.fromkeys(numbers, 1)
