"""Files as they are in a git revision."""

from __future__ import annotations

from pathlib import Path

import pytest

from nccodsl.errors import CannotRead
from nccodsl.io import git_files
from nccodsl.io.git_files import GitRevision, NoSuchVersion
from tests.repository import Repository


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Two commits of `lines/menu.call`; the file itself says something else again."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lines").mkdir()
    found = Repository(tmp_path)
    for text in ("first", "second", "third"):
        Path("lines/menu.call").write_text(text)
        Path("shared.call").write_text(f"shared {text}")
        if text != "third":
            found.commit()
    return found


def test_each_revision_has_its_text(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    assert GitRevision("HEAD", "lines").text("lines/menu.call") == "second"
    assert GitRevision("main~1", "").text("lines/menu.call") == "first"
    monkeypatch.chdir(repository.folder / "lines")
    assert GitRevision("HEAD", "").text("menu.call") == "second"
    assert GitRevision("HEAD", "..").text("../shared.call") == "shared second"


def test_includes_come_from_the_same_revision(repository: Repository) -> None:
    revision = GitRevision("main~1", "lines")
    read = revision.reader_for("lines/menu.call", "main~1:lines/menu.call")
    assert read("../shared.call", "main~1:lines/menu.call") == ("main~1:shared.call", "shared first")
    with pytest.raises(CannotRead, match=r"there is no lines/none\.call in `main~1`"):
        read("none.call", "main~1:lines/menu.call")
    with pytest.raises(CannotRead, match="outside the repository"):
        read("../../none.call", "main~1:lines/menu.call")


def test_a_file_that_a_revision_lacks_may_be_missing(repository: Repository) -> None:
    """Translations are looked for beside a script, whether or not there are any."""
    read = GitRevision("main~1", "lines").reader_for("lines/menu.call", "main~1:lines/menu.call")
    with pytest.raises(CannotRead) as lacking:
        read("locale/es-ES.po", "main~1:lines/menu.call")
    assert lacking.value.missing


def test_includes_stay_in_the_project(repository: Repository) -> None:
    Path("lines/nccodsl.toml").write_text("")
    repository.commit()
    read = GitRevision("HEAD", "lines").reader_for("lines/menu.call", "HEAD:lines/menu.call")
    assert read("menu.call", "HEAD:lines/menu.call") == ("HEAD:lines/menu.call", "third")
    with pytest.raises(CannotRead, match=r"\.\./shared\.call is outside the project \(lines\)"):
        read("../shared.call", "HEAD:lines/menu.call")


@pytest.mark.parametrize("revision", ["mian", "--all", "-h", "main:lines", ""])
def test_no_such_revision(repository: Repository, revision: str) -> None:
    with pytest.raises(NoSuchVersion, match="git has no revision"):
        GitRevision(revision, "")


def test_no_such_file(repository: Repository) -> None:
    Path("link.call").symlink_to("shared.call")
    repository.commit()
    revision = GitRevision("HEAD", "")
    for path, why in (
        ("none.call", r"there is no none\.call in `HEAD`"),
        ("lines", "lines is a folder in `HEAD`"),
        ("link.call", r"link\.call is a symbolic link in `HEAD`"),
        ("../menu.call", "outside the repository"),
        ("*.call", r"there is no \*\.call in `HEAD`"),
    ):
        with pytest.raises(NoSuchVersion, match=why):
            revision.text(path)


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(NoSuchVersion, match="is not in a git repository"):
        GitRevision("HEAD", str(tmp_path))
    with pytest.raises(NoSuchVersion, match="does not exist"):
        GitRevision("HEAD", str(tmp_path / "none"))


def test_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoSuchVersion, match="git is not installed") as error:
        GitRevision("HEAD", "")
    assert (error.value.code, error.value.help) == (
        "E119",
        "install git, or name two files: `nccodsl diff OLD NEW`",
    )


def test_not_text(repository: Repository) -> None:
    Path("bytes.call").write_bytes(b"talk \xff")
    repository.commit()
    with pytest.raises(NoSuchVersion, match="not UTF-8 text"):
        GitRevision("HEAD", "").text("bytes.call")


def test_git_never_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git_files, "_PATIENCE", 1e-9)
    with pytest.raises(NoSuchVersion, match="git failed"):
        GitRevision("HEAD", "")
