"""docs/stability.md, docs/contributing.md and docs/security.md say what the code does."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from nccodsl import __main__ as main
from nccodsl.base.platform_hosts import OWN_DOMAINS
from nccodsl.cli import account
from nccodsl.diagnostics.codes import Status
from nccodsl.runtime.runnable import LONGEST_FETCH
from nccodsl.server.fetch import LARGEST
from nccodsl.server.http_client import MOST_REDIRECTS
from nccodsl.server.signatures import OLDEST
from tests.unit.test_architecture import LONGEST_FILE, LONGEST_FUNCTION

ROOT = Path(__file__).parents[1]


def _page(name: str) -> str:
    return " ".join((ROOT / "docs" / name).read_text(encoding="utf-8").split())


def test_every_exit_code_is_on_the_page() -> None:
    text = (ROOT / "docs" / "stability.md").read_text(encoding="utf-8")
    codes = {0, account.REFUSED, account.USAGE, account.UNKNOWN, account.UNREACHABLE}
    codes |= {main.INTERNAL, main.INTERRUPTED, main.BROKEN_PIPE, main.USAGE}
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", text, re.M)] == sorted(codes)


def test_every_status_of_a_code_is_on_the_page() -> None:
    assert [status for status in Status.__args__ if f"*{status}*" not in _page("stability.md")] == []


@pytest.mark.parametrize(
    "fact",
    [
        f"at most {OLDEST / 60:g} minutes old",
        f"at most {LONGEST_FETCH:g} seconds and {LARGEST // 1024} KiB",
        f"at most {({3: 'three'})[MOST_REDIRECTS]} redirects",
        *(f"`{domain}`" for domain in OWN_DOMAINS),
    ],
)
def test_limits_are_those_of_the_code(fact: str) -> None:
    assert fact in _page("security.md")


def test_the_rules_for_changes_are_those_of_the_tests() -> None:
    assert f"at most {LONGEST_FUNCTION} lines, files at most {LONGEST_FILE}" in _page("contributing.md")


def test_the_lowest_version_of_python_is_that_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"Python {project['requires-python'].removeprefix('>=')} and later" in _page("stability.md")
    assert (
        f"Programming Language :: Python :: {project['requires-python'].removeprefix('>=')}" in project["classifiers"]
    )


def test_files_that_contributors_need_exist() -> None:
    text = (ROOT / "docs" / "contributing.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:\.ci/run|docs/build_site\.py|mkdocs\.yml|tests/[\w./]+)", text))
    assert {".ci/run", "docs/build_site.py", "mkdocs.yml", "tests/cases"} <= named
    assert [name for name in named if not (ROOT / name.rstrip(".")).exists()] == []
