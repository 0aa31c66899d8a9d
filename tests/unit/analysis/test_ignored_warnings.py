"""Warnings that a comment ignores are reported by no command."""

from __future__ import annotations

from pathlib import Path

import nccodsl
from nccodsl.rehearsal.explore import explore
from nccodsl.rehearsal.stage import URL
from nccodsl.runtime.runnable import Runnable

SILENT = """\
step main {
  input dtmf max_digits=1 {%s
    on "1" { }
    otherwise { talk "Bye." }
  }
}
"""


def codes(text: str) -> list[str]:
    return [found.code for found in nccodsl.check(text)]


def test_of_included_files(tmp_path: Path) -> None:
    (tmp_path / "nccodsl.toml").touch()
    (tmp_path / "shared.call").write_text("let unused = 1 # nccodsl: ignore W024\nlet other = 1\n")
    (tmp_path / "main.call").write_text('include "shared.call"\n# nccodsl: ignore W024\n\nlet mine = 1\ntalk "Hello"\n')
    (found,) = nccodsl.check(tmp_path / "main.call")
    assert (found.code, found.file and found.file.name.endswith("shared.call"), found.line) == ("W024", True, 2)


def test_by_loading_and_by_the_version_of_the_api() -> None:
    body = (
        'call {\n  to phone 14155550101\n  from phone 14155550100\n  machine_detection=hangup %s\n}\ntalk "Hello" %s\n'
    )
    flow = nccodsl.load(body % ("", "raw={ a: 1 }"))
    assert [found.code for found in flow.warnings] == ["W010"]
    flow = nccodsl.load(body % ("", "raw={ a: 1 } # nccodsl: ignore W010"))
    assert flow.warnings == ()


def test_by_exploring() -> None:
    for comment, wanted in (("", ["W029"]), (" # nccodsl: ignore W029", [])):
        text = SILENT % comment
        flow = nccodsl.load(text)
        assert [found.code for found in explore(flow, Runnable(flow, URL), 4).findings] == wanted
        assert codes(text) == []


def test_two_on_one_line_and_one_of_them_ignored() -> None:
    line = 'talk "Hello" raw={ a: 1 } language=xx-XX'
    assert sorted(codes(line)) == ["W007", "W010"]
    assert codes(f"{line} # nccodsl: ignore W007") == ["W010"]
    assert codes(f"# nccodsl: ignore W010, W007\n{line}") == []


def test_errors_stay() -> None:
    assert codes('talk "Hello" loop=-1 # nccodsl: ignore E304') == ["E304"]


def test_a_thousand_ignored_warnings_hide_no_other() -> None:
    text = "\n".join(f"let v{number} = 1 # nccodsl: ignore W024" for number in range(1000))
    assert codes(f'{text}\nlet last = 1\ntalk "Hello"') == ["W024"]
