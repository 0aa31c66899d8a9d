"""Every code says how firm it is and since when it exists, and every printer that shows codes says so too."""

from __future__ import annotations

import subprocess
import sys
from typing import get_args

from nccodsl.analysis.lint.registry import every_code
from nccodsl.base.version import __version__
from nccodsl.cli.code_table import to_text
from nccodsl.diagnostics import Diagnostic, Severity
from nccodsl.diagnostics.codes import Status


def parts(version: str) -> tuple[int, ...]:
    """A version as numbers, of the length that `since` has."""
    return tuple(int(part) for part in version.split(".")[:2])


def test_every_code_has_a_status_and_a_version() -> None:
    for code in every_code().values():
        assert code.status in get_args(Status), code
        assert code.since.count(".") == 1, code
        assert (0, 1) <= parts(code.since) <= parts(__version__), code


def test_the_table_shows_both() -> None:
    row = next(line for line in to_text().splitlines() if "pages/E304.md" in line)
    assert row.endswith(f"| {every_code()['E304'].since} | {every_code()['E304'].status} |")


def test_a_code_says_how_severe_a_diagnostic_is() -> None:
    assert Diagnostic.of("W024", "never used").severity is Severity.WARNING
    found = Diagnostic.of("E304", "too large", help="write 3")
    assert (found.severity, found.message, found.help, found.span) == (Severity.ERROR, "too large", "write 3", None)


def test_a_lint_s_code_is_known_wherever_it_is_asked_for() -> None:
    """In a new process too, where nothing has looked for the lints yet."""
    program = (
        "from nccodsl.diagnostics import Diagnostic\n"
        "print(Diagnostic.of('W024', 'x').severity.value)\n"
        "from nccodsl.analysis.lint.registry import every_code\n"
        "print(every_code()['W024'].name)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["warning", "unused"]
