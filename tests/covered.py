"""Whether the tests reach enough of the package, by the data that `pytest --cov=nccodsl --cov-branch` has left.

`python -m tests.covered 92`: the exit code is 1 where fewer than 92 % of the lines or of the branches were executed.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path


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


def main(least: float) -> int:
    found = shares()
    print("covered: " + ", ".join(f"{share:.1f} % of the {what}" for what, share in found.items()))
    low = [what for what, share in found.items() if share < least]
    if low:
        print(f"at least {least:g} % are wanted of the {' and the '.join(low)}", file=sys.stderr)
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1])))
