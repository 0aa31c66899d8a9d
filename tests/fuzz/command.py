"""`python -m tests.proofs fuzz`: run the fuzzer and tell what it found."""

from __future__ import annotations

import argparse
import hashlib
import time
from pathlib import Path

from tests.fuzz.run import NEVER, Found, fuzz


def main(arguments: list[str]) -> int:
    """Run it; 1 if something was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs fuzz", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="which inputs are tried")
    parser.add_argument("--seconds", type=float, help="how long")
    parser.add_argument("--inputs", type=int, default=NEVER, help="how many inputs")
    parser.add_argument(
        "--first", type=int, default=0, help="the number of the first input: to replay one, with --inputs 1"
    )
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--no-corpus", action="store_true", help="leave the corpus beside the checkout alone")
    parser.add_argument("--no-shrink", action="store_true", help="keep what fails as it is")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="write inputs that fail to a folder")
    given = parser.parse_args(arguments)
    if given.seconds is None and given.inputs == NEVER:
        parser.error("say how long: --seconds N or --inputs N")
    began = time.monotonic()

    def tell(found: Found) -> None:
        print(f"input {found.number}: {found.target}: {found.fault}", flush=True)
        if given.keep is not None:
            _keep(found, given.keep)

    report = fuzz(
        given.seed,
        inputs=given.inputs,
        seconds=given.seconds,
        first=given.first,
        jobs=given.jobs,
        corpus=not given.no_corpus,
        shrink=not given.no_shrink,
        tell=tell,
    )
    print(
        f"seed {given.seed}: {report.inputs:,} inputs in {time.monotonic() - began:.0f} s, {len(report.found)} faults"
    )
    for one in report.found:
        print(f"  {report.times[one.target, one.fault]:>6} × {one.target}: {one.fault} (first: input {one.number})")
    return 1 if report.found else 0


def _keep(found: Found, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(f"{found.target} {found.fault}".encode()).hexdigest()[:8]
    stem = folder / f"{found.target}-{name}".replace("?", "died")
    stem.with_suffix(".json" if found.is_json else ".call").write_bytes(found.data)
    stem.with_suffix(".txt").write_text(
        f"{found.target}: {found.fault}\ninput {found.number}\n\n{found.detail}\n",
        encoding="utf-8",
        errors="backslashreplace",
    )
