"""The files of the studio: what is listed, read and saved, and what is not."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from nccodsl.base.text_hash import text_hash
from nccodsl.errors import CannotRead, UsageError
from nccodsl.studio import project_files
from nccodsl.studio.project_files import ENDINGS, LARGEST_TEXT, ChangedMeanwhile, ProjectFiles

SCRIPT = 'talk "Hello."\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "calls"
    (root / "menus").mkdir(parents=True)
    (root / "b.call").write_text(SCRIPT, encoding="utf-8")
    (root / "a.call").write_text(SCRIPT, encoding="utf-8")
    (root / "menus" / "de.po").write_text("", encoding="utf-8")
    for hidden in (".git", "node_modules"):
        (root / hidden).mkdir()
        (root / hidden / "x.call").write_text(SCRIPT, encoding="utf-8")
    (root / "notes.txt").write_text("", encoding="utf-8")
    (tmp_path / "secret.call").write_text("secret", encoding="utf-8")
    return root


def test_the_scripts_of_a_folder(folder: Path) -> None:
    assert ProjectFiles(str(folder)).paths() == ["a.call", "b.call"]


def test_a_script_comes_before_the_others_of_its_folder(folder: Path) -> None:
    assert ProjectFiles(str(folder / "b.call")).paths() == ["b.call", "a.call"]


def test_a_place_that_does_not_exist(folder: Path) -> None:
    with pytest.raises(CannotRead, match="does not exist"):
        ProjectFiles(str(folder / "none"))


def test_a_file_is_read_and_saved(folder: Path) -> None:
    files = ProjectFiles(str(folder))
    read = files.read("a.call")
    assert (read.path, read.text, read.hash) == ("a.call", SCRIPT, text_hash(SCRIPT))
    assert read.uri == (folder / "a.call").as_uri()
    (folder / "a.call").chmod(0o640)
    saved = files.save("a.call", 'talk "Bye."\r\n', read.hash)
    assert (folder / "a.call").read_bytes() == b'talk "Bye."\r\n'
    assert (folder / "a.call").stat().st_mode & 0o777 == 0o640
    assert files.save("a.call", SCRIPT, saved.hash).hash == read.hash
    assert files.save("menus/new.call", SCRIPT, None).path == "menus/new.call"
    assert sorted(one.name for one in folder.iterdir()) == sorted(
        [".git", "a.call", "b.call", "menus", "node_modules", "notes.txt"]
    )


def test_nothing_of_others_is_overwritten(folder: Path) -> None:
    files = ProjectFiles(str(folder))
    known = files.read("a.call").hash
    (folder / "a.call").write_text("other", encoding="utf-8")
    for stale in (known, None):
        with pytest.raises(ChangedMeanwhile, match=r"a\.call has changed on disk"):
            files.save("a.call", SCRIPT, stale)
    with pytest.raises(ChangedMeanwhile):
        files.save("gone.call", SCRIPT, known)
    assert (folder / "a.call").read_text(encoding="utf-8") == "other"


@pytest.mark.parametrize(
    "path", ["../secret.call", "/etc/passwd", "menus/../../secret.call", "a\0.call", "link.call", ".."]
)
def test_nothing_outside_is_reached(folder: Path, path: str) -> None:
    (folder / "link.call").symlink_to(folder.parent / "secret.call")
    files = ProjectFiles(str(folder))
    with pytest.raises(UsageError, match="is not a file of the project"):
        files.read(path)
    with pytest.raises(UsageError, match="is not a file of the project"):
        files.save(path, SCRIPT, None)
    assert "link.call" not in files.paths()
    assert (folder.parent / "secret.call").read_text(encoding="utf-8") == "secret"


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("notes.txt", " or ".join(ENDINGS)),
        ("none/a.call", "the folder of none/a.call does not exist"),
        ("", "must end"),
    ],
)
def test_only_scripts_are_saved(folder: Path, path: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        ProjectFiles(str(folder)).save(path, SCRIPT, None)


def test_what_is_too_large_or_missing(folder: Path) -> None:
    files = ProjectFiles(str(folder))
    with pytest.raises(UsageError, match="larger than 4 MiB"):
        files.save("a.call", "#" * (LARGEST_TEXT + 1), files.read("a.call").hash)
    with pytest.raises(CannotRead):
        files.read("gone.call")


@pytest.mark.parametrize("path", ["sub\\..\\x.call", "C:x.call", ".hidden.call", ".git/x.call"])
def test_names_that_mean_something_else_elsewhere(folder: Path, path: str) -> None:
    with pytest.raises(UsageError, match="is not a name for a script"):
        ProjectFiles(str(folder)).save(path, SCRIPT, None)


def test_a_text_that_no_file_can_hold(folder: Path) -> None:
    with pytest.raises(UsageError, match="has characters that no file can hold"):
        ProjectFiles(str(folder)).save("a.call", "\ud800", None)


def test_of_two_who_save_at_once_one_is_told(folder: Path) -> None:
    files = ProjectFiles(str(folder))
    known = files.read("a.call").hash

    def save(number: int) -> bool:
        try:
            return files.save("a.call", f"# {number}\n", known).hash != known
        except ChangedMeanwhile:
            return False

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(save, range(8))).count(True) == 1


def test_the_script_that_was_asked_for_is_always_there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project_files, "MOST_FILES", 1)
    assert ProjectFiles(str(folder / "b.call")).paths() == ["b.call", "a.call"]
    assert len(ProjectFiles(str(folder)).paths()) == 1


def test_names_of_any_bytes_and_locked_folders_are_passed_over(folder: Path) -> None:
    os.close(os.open(os.fsencode(folder) + b"/caf\xe9.call", os.O_CREAT | os.O_WRONLY))
    (folder / "locked").mkdir(0o000)
    assert ProjectFiles(str(folder)).paths() == ["a.call", "b.call"]
    (folder / "locked").chmod(0o700)


def test_another_kind_of_file_is_no_project(folder: Path) -> None:
    with pytest.raises(CannotRead, match="is not a script"):
        ProjectFiles(str(folder / "notes.txt"))
