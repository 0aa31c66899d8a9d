"""A process that tries inputs one after the other and tells, as JSON lines, where it is and what it found."""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.fuzz.inputs import Input, input_of
from tests.fuzz.limits import MEMORY
from tests.fuzz.shrink import shrunk
from tests.fuzz.trial import Find, tried


def main() -> None:
    """Try the inputs `--first`, `--first` + `--step` …; leave when they are done or time is over."""
    parser = argparse.ArgumentParser()
    for name in ("--seed", "--first", "--step", "--end"):
        parser.add_argument(name, type=int, required=True)
    parser.add_argument("--until", type=float, default=None, help="a time of the monotonic clock")
    parser.add_argument("--corpus", action="store_true")
    parser.add_argument("--shrink", action="store_true")
    given = parser.parse_args()
    # What is tried prints; what is told here goes by another way.
    told = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    gc.freeze()
    seen: set[tuple[str, str]] = set()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.chdir(folder)
        for number in range(given.first, given.end, given.step):
            if given.until is not None and time.monotonic() > given.until:
                break
            _tell(told, at=number)
            one = input_of(given.seed, number, corpus=given.corpus)
            found = tried(one, folder)
            if found is None:
                continue
            text = one.text
            if given.shrink and (found.target, found.fault) not in seen:
                _tell(told, shrinking=number, target=found.target, fault=found.fault)
                text = _small(one, found, folder)
            seen.add((found.target, found.fault))
            data = Input(text, one.is_json, one.choices).data.decode("latin-1")
            _tell(
                told, number=number, target=found.target, fault=found.fault, detail=found.detail, data=data,
                is_json=one.is_json,
            )  # fmt: skip
        _tell(told, done=True)


def _small(one: Input, found: Find, folder: Path) -> str:
    def fails(text: str) -> bool:
        again = tried(Input(text, one.is_json, one.choices), folder, only=found.target)
        return again is not None and again.fault == found.fault

    return shrunk(one.text, fails)


def _tell(told: Any, **what: object) -> None:
    told.write(json.dumps(what) + "\n")


if __name__ == "__main__":
    main()
