"""The fuzzer finds nothing in a run that is always the same, and would find what is planted."""

from __future__ import annotations

import time
from pathlib import Path
from random import Random

import pytest

from tests.fuzz import trial
from tests.fuzz.commands import holds
from tests.fuzz.inputs import Input, input_of
from tests.fuzz.mutations import LARGEST
from tests.fuzz.run import fuzz
from tests.fuzz.shrink import shrunk

INPUTS = 1100
"""As many as take a minute on one core."""


@pytest.mark.slow
def test_nothing_is_found() -> None:
    report = fuzz(seed=12, inputs=INPUTS)
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


def test_what_fails_is_made_small() -> None:
    random = Random(1)
    text = "\n".join("".join(random.choice("abc #") for _ in range(30)) for _ in range(30))
    assert shrunk(text[:300] + "X" + text[300:600] + "Y" + text, lambda each: "X" in each and "Y" in each) == "XY"
