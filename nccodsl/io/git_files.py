"""Files as they are in a git revision: read through `git`, without a checkout, and nothing is written."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from nccodsl.errors import CannotRead, CodedError
from nccodsl.io.files import decode
from nccodsl.io.project_root import PROJECT_FILES
from nccodsl.std import is_library, read_library

_PATIENCE = 60.0
_FILES = frozenset(("100644", "100755", "100664"))
"""Modes of regular files."""
_IS = {"040000": "a folder", "120000": "a symbolic link", "160000": "a submodule"}


class NoSuchVersion(CodedError):
    """A version of a script cannot be read from git."""

    code = "E119"


class GitRevision:
    """The files of a revision (`main`, `HEAD~2`, `v1.3`) of the repository that a folder is in.

    Raises NoSuchVersion: git is missing, there is no repository, or no such revision.
    """

    def __init__(self, revision: str, folder: str) -> None:
        self.revision = revision
        if not Path(folder).is_dir():
            raise NoSuchVersion(f"the folder {folder} does not exist", "paths start at the current folder")
        self._top = _top_of(folder)
        # What begins with a dash is no revision for git, but an option.
        commit = (
            None
            if revision.startswith("-")
            else _git(self._top, "rev-parse", "--verify", "-q", f"{revision}^{{commit}}")
        )
        if commit is None:
            help = "`git log --oneline` lists commits; a shallow clone has few: `git fetch --unshallow`"
            raise NoSuchVersion(f"git has no revision `{revision}`", help)
        self._commit = commit.decode().strip()

    def text(self, path: str) -> str:
        """The text of a file, whose path starts at the current folder. Raises NoSuchVersion."""
        try:
            return self._read(self._inside(path))
        except CannotRead as reason:
            help = f"`git ls-tree -r --name-only {self.revision}` lists its files; paths start at the current folder"
            raise NoSuchVersion(str(reason), help) from None

    def reader_for(self, path: str, name: str) -> Callable[[str, str], tuple[str, str]]:
        """A reader of includes for the script at a path, which messages call `name`; held to its project's root.

        It reads from the same revision.
        """
        prefix = name.removesuffix(path)
        root = self._project_root(self._inside(path))

        def read(wanted: str, including: str) -> tuple[str, str]:
            if is_library(wanted):
                return read_library(wanted)
            if "\x00" in wanted:
                raise CannotRead("the path contains a zero byte")
            shown = os.path.normpath(Path(including.removeprefix(prefix)).parent / wanted)
            target = self._inside(shown)
            if root and not target.startswith(f"{root}/"):
                raise CannotRead(f"{wanted} is outside the project ({root.rpartition('/')[2]})")
            return f"{prefix}{shown}", self._read(target)

        return read

    def _inside(self, path: str) -> str:
        """A path as git calls it. Raises CannotRead where it lies outside the repository."""
        where = Path(path)
        full = where.parent.resolve() / where.name
        try:
            return full.relative_to(Path(self._top).resolve()).as_posix()
        except ValueError:
            raise CannotRead(f"{path} is outside the repository") from None

    def _read(self, inside: str) -> str:
        listed = _git(self._top, "ls-tree", "-z", self._commit, "--", f":(top,literal){inside}") or b""
        mode, _, rest = listed.decode(errors="surrogateescape").partition(" ")
        if mode not in _FILES:
            what = f"{inside} is {_IS.get(mode, 'something else')}" if mode else f"there is no {inside}"
            raise CannotRead(f"{what} in `{self.revision}`", missing=not mode)
        data = _git(self._top, "cat-file", "blob", rest.split()[1])
        if data is None:
            raise CannotRead(f"git cannot read {inside} in `{self.revision}`")
        return decode(data, inside)

    def _project_root(self, inside: str) -> str:
        """The folder that includes may not leave, as for files on disk; empty for the whole repository."""
        for folder in PurePosixPath(inside).parents:
            wanted = [f":(top,literal){folder / name}" for name in PROJECT_FILES]
            if folder.name and _git(self._top, "ls-tree", "-z", self._commit, "--", *wanted):
                return str(folder)
        return ""


def _top_of(folder: str) -> str:
    """The folder of the repository that a folder is in. Raises NoSuchVersion."""
    done = _run(folder, "rev-parse", "--show-toplevel")
    if done.returncode == 0:
        return done.stdout.decode(errors="surrogateescape").rstrip("\n")
    shown = folder or os.curdir
    if b"dubious ownership" in done.stderr:
        help = f"run `git config --global --add safe.directory {os.path.realpath(shown)}`"
        raise NoSuchVersion(f"git does not trust the repository of {shown}: it belongs to another user", help)
    help = "run `git init`, or name two files: `nccodsl diff OLD NEW`"
    raise NoSuchVersion(f"{shown} is not in a git repository", help)


def _git(folder: str, *arguments: str) -> bytes | None:
    """What a git command prints; None where it fails. Raises NoSuchVersion."""
    done = _run(folder, *arguments)
    return done.stdout if done.returncode == 0 else None


def _run(folder: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run a git command. Raises NoSuchVersion where git is missing, or takes too long."""
    quiet = {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
    try:
        return subprocess.run(
            ["git", "-C", folder or ".", *arguments],
            capture_output=True,
            check=False,
            env={**os.environ, **quiet},
            stdin=subprocess.DEVNULL,
            timeout=_PATIENCE,
        )
    except FileNotFoundError:
        raise NoSuchVersion("git is not installed", "install git, or name two files: `nccodsl diff OLD NEW`") from None
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise NoSuchVersion(f"git failed: {' '.join(str(error).split())}") from None
