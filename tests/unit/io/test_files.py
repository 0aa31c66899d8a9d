"""Files are read as UTF-8, and includes stay inside the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from nccodsl.errors import CannotRead
from nccodsl.io.files import FilePath, decode, read_text, reader_for
from nccodsl.io.project_root import project_root


def test_a_byte_order_mark_goes_and_line_ends_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.call"
    path.write_bytes(b"\xef\xbb\xbftalk\r\n\xc3\xa9")
    assert read_text(str(path)) == "talk\r\né"


def test_bytes_that_are_not_utf_8_are_refused_with_their_line() -> None:
    with pytest.raises(CannotRead, match=r"a\.call.*0xff.*line 3"):
        decode(b"talk\n\n\xff", "a.call")


@pytest.mark.parametrize("name", ["missing.call", "folder", "a\x00b"])
def test_what_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(CannotRead) as refused:
        read_text(str(tmp_path / name))
    assert name in str(refused.value)


def test_the_root_is_the_nearest_folder_with_a_project_file(tmp_path: Path) -> None:
    inner = tmp_path / "project" / "calls"
    inner.mkdir(parents=True)
    script = inner / "a.call"
    (tmp_path / "project" / "nccodsl.toml").touch()
    assert project_root(str(script)) == os.path.realpath(tmp_path / "project")
    (inner / "pyproject.toml").touch()
    assert project_root(str(script)) == os.path.realpath(inner)


def test_includes_stay_inside_the_project(tmp_path: Path) -> None:
    root = tmp_path / "project"
    (root / "parts").mkdir(parents=True)
    (root / "nccodsl.toml").touch()
    (root / "shared.call").write_text("wait 1s\n")
    (tmp_path / "outside.call").write_text("wait 2s\n")
    (root / "link.call").symlink_to(tmp_path / "outside.call")
    script = str(root / "parts" / "a.call")
    read = reader_for(script)
    assert read("../shared.call", script) == (str(root / "shared.call"), "wait 1s\n")
    for wanted in ("../../outside.call", "../link.call", str(tmp_path / "outside.call"), "a\x00b"):
        with pytest.raises(CannotRead):
            read(wanted, script)


def test_a_path_with_backslashes_is_explained(tmp_path: Path) -> None:
    """On Windows such an include works; elsewhere the message says what works everywhere."""
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "menu.call").write_text("wait 1s\n")
    script = str(tmp_path / "a.call")
    read = reader_for(script)
    assert read("parts/menu.call", script)[1] == "wait 1s\n"
    if os.sep != "\\":
        with pytest.raises(CannotRead, match=r"parts\\menu\.call does not exist; write `/` between folders"):
            read("parts\\menu.call", script)


def test_another_drive_is_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_paths: object) -> str:
        raise ValueError("Paths don't have the same drive")

    (tmp_path / "b.call").touch()
    monkeypatch.setattr(os.path, "commonpath", refuse)
    with pytest.raises(CannotRead, match="outside the project"):
        reader_for(str(tmp_path / "a.call"))("b.call", str(tmp_path / "a.call"))


def test_a_file_path_is_a_path_and_no_text() -> None:
    assert os.fspath(FilePath("a.call")) == "a.call"
    assert not isinstance(FilePath("a.call"), str)
