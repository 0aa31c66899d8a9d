"""The fuzzer finds nothing in a run that is always the same, and would find what is planted."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from tests.fuzz import run, trial
from tests.fuzz.commands import holds
from tests.fuzz.inputs import Input, input_of
from tests.fuzz.mutations import LARGEST
from tests.fuzz.originals import ROOT
from tests.fuzz.shrink import shrunk

INPUTS = 1100
"""As many as take a minute on one core."""


@pytest.mark.slow
def test_nothing_is_found() -> None:
    report = run.fuzz(seed=12, inputs=INPUTS)
    assert report.inputs == INPUTS
    assert [f"input {one.number}: {one.target}: {one.fault}\n{one.detail}" for one in report.found] == []


def test_an_input_follows_from_its_seed_and_number() -> None:
    inputs = [input_of(3, number, corpus=False) for number in range(40)]
    assert inputs == [input_of(3, number, corpus=False) for number in range(40)]
    assert inputs != [input_of(4, number, corpus=False) for number in range(40)]
    assert {one.is_json for one in inputs} == {True, False}
    assert all(len(one.text) <= LARGEST and isinstance(one.data, bytes) for one in inputs)


def test_what_is_planted_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def spin() -> None:
        until = time.process_time() + 60
        while time.process_time() < until:
            try:
                sum(range(1000))
            except Exception:
                raise AssertionError from None

    def crash() -> None:
        raise KeyError("x")

    planted = {
        "slow": (spin, "slow in ?"),
        "crash": (crash, "KeyError in ?"),
        "broken": (lambda: holds(False, "it does not hold", 7), "it does not hold"),
    }
    one = Input("talk", False, "x")
    for name, (target, fault) in planted.items():
        monkeypatch.setattr(trial, "targets", lambda *_, name=name, target=target: [(name, target)])
        found = trial.tried(one, tmp_path, seconds=0.2)
        assert found is not None
        assert (found.target, found.fault) == (name, fault)
    monkeypatch.setattr(trial, "targets", lambda *_: [("fine", lambda: None)])
    assert trial.tried(one, tmp_path) is None
    timers = (signal.ITIMER_PROF, signal.ITIMER_VIRTUAL)
    assert [signal.getitimer(timer) for timer in timers] == [(0.0, 0.0)] * 2


def test_code_that_heeds_no_signal_is_killed() -> None:
    code = "from tests.fuzz.limits import limited\nwith limited(0.1, grace=1): sum(range(10**13))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, timeout=300)
    assert done.returncode == -signal.SIGVTALRM


FAKE = """
import json, os, sys
at, step, end = (int(sys.argv[sys.argv.index(name) + 1]) for name in ("--first", "--step", "--end"))
for number in range(at, end, step):
    print(json.dumps({"at": number}), flush=True)
    if number in (2, 5):
        os.abort()
    if number == 7:
        what = {"number": 7, "target": "fmt", "fault": "x", "detail": "", "data": "talk", "is_json": False}
        print(json.dumps(what), flush=True)
print(json.dumps({"done": True}))
"""


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_worker_that_dies_is_a_find_and_the_run_goes_on(monkeypatch: pytest.MonkeyPatch, jobs: int) -> None:
    monkeypatch.setattr(run, "WORKER", (sys.executable, "-c", FAKE))
    report = run.fuzz(seed=1, inputs=9, jobs=jobs)
    died = f"the process died with {-signal.SIGABRT}"
    assert report.inputs == 9
    assert [(one.target, one.fault) for one in report.found] == [("?", died), ("fmt", "x")]
    assert report.times == {("?", died): 2, ("fmt", "x"): 1}
    assert report.found[1].data == b"talk"


def test_a_fuzzer_that_does_not_start_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "WORKER", (sys.executable, "-c", "raise SystemExit('no')"))
    with pytest.raises(RuntimeError, match="the fuzzer itself fails"):
        run.fuzz(seed=1, inputs=3)


def test_what_fails_is_made_small() -> None:
    random = Random(1)
    text = "\n".join("".join(random.choice("abc #") for _ in range(30)) for _ in range(30))
    assert shrunk(text[:300] + "X" + text[300:600] + "Y" + text, lambda each: "X" in each and "Y" in each) == "XY"
