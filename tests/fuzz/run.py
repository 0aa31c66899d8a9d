"""A run of the fuzzer: workers are watched, replaced when they die, and what they find is gathered."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from nccodsl.base.record import Record
from tests.fuzz.inputs import input_of
from tests.fuzz.originals import ROOT

NEVER = 10**12
WORKER = (sys.executable, "-m", "tests.fuzz.worker")


class Found(Record):
    """A fault of one target. `number` is the input that showed it first, `data` that input or a smaller one."""

    number: int
    target: str
    fault: str
    detail: str
    data: bytes
    is_json: bool


class Report(Record):
    """What came of a run: how many inputs were tried, each fault once, and how often each was met."""

    inputs: int
    found: tuple[Found, ...]
    times: dict[tuple[str, str], int]


def fuzz(
    seed: int,
    *,
    inputs: int = NEVER,
    seconds: float | None = None,
    first: int = 0,
    jobs: int = 1,
    corpus: bool = False,
    shrink: bool = False,
    tell: Callable[[Found], None] = lambda _: None,
) -> Report:
    """Try so many inputs, from `first` on, or for so many seconds. The same inputs come of a seed whatever `jobs` is."""
    until = None if seconds is None else time.monotonic() + seconds
    options = ["--seed", str(seed), "--step", str(jobs), "--end", str(min(first + inputs, NEVER))]
    options += ["--until", str(until)] * (until is not None) + ["--corpus"] * corpus + ["--shrink"] * shrink
    tried = 0
    faults: dict[tuple[str, str], Found] = {}
    times: Counter[tuple[str, str]] = Counter()

    def work(begin: int) -> int:
        count = 0
        for one in _told(options, begin, jobs, seed, corpus):
            if isinstance(one, int):
                count += one
                continue
            key = one.target, one.fault
            times[key] += 1
            if key not in faults:
                faults[key] = one
                tell(one)
        return count

    with ThreadPoolExecutor(jobs) as pool:
        tried = sum(pool.map(work, range(first, first + jobs)))
    return Report(tried, tuple(sorted(faults.values(), key=lambda one: one.number)), dict(times))


def _told(options: list[str], begin: int, step: int, seed: int, corpus: bool) -> Iterator[Found | int]:
    """What the workers of one row of inputs tell: 1 for each input, and what is found."""
    while True:
        command = [*WORKER, "--first", str(begin), *options]
        pending: dict[str, Any] = {}
        worker = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        with worker:
            assert worker.stdout is not None
            assert worker.stderr is not None
            for line in worker.stdout:
                what = json.loads(line)
                if "at" in what:
                    begin = what["at"]
                    yield 1
                if "fault" in what and "number" in what:
                    data = what.pop("data").encode("latin-1")
                    yield Found(data=data, **what)
                pending = what
            errors = worker.stderr.read()
        if pending.get("done"):
            return
        if "at" not in pending and "shrinking" not in pending:
            raise RuntimeError(f"the fuzzer itself fails: {errors[-3000:]}")
        # It was killed, or died, over this input.
        one = input_of(seed, begin, corpus=corpus)
        fault = pending.get("fault") or f"the process died with {worker.returncode}"
        yield Found(begin, pending.get("target", "?"), fault, errors[-3000:], one.data, one.is_json)
        begin += step
