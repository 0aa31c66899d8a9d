"""The tests reach enough of the package: `python -m tests.proofs coverage [--least N]`. It takes about 20 minutes."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

LEAST = 92.0
"""Percent of the lines, and of the branches."""


def main(arguments: list[str]) -> int:
    """Run all tests, the slow ones too, and say what share of the package they execute."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs coverage")
    parser.add_argument("--least", type=float, default=LEAST, help="percent of the lines, and of the branches")
    least = parser.parse_args(arguments).least
    command = [sys.executable, "-m", "pytest", "-m", "slow or not slow", "--cov", "--cov-report="]
    if code := subprocess.run(command, check=False).returncode:
        return code
    found = shares()
    print("covered: " + ", ".join(f"{share:.1f} % of the {what}" for what, share in found.items()))
    return 1 if min(found.values()) < least else 0


def shares() -> dict[str, float]:
    """The lines and the branches that were executed, each in percent."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "coverage.json"
        subprocess.run([sys.executable, "-m", "coverage", "json", "-q", "-o", str(path)], check=True)
        totals = json.loads(path.read_text(encoding="utf-8"))["totals"]
    return {
        "lines": 100 * totals["covered_lines"] / totals["num_statements"],
        "branches": 100 * totals["covered_branches"] / totals["num_branches"],
    }
