"""Reading scripts from disk: the only place where the core touches files.

`os.path`, not `pathlib`: every command reads a file, and importing `pathlib` is a thirtieth of its start.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable

from nccodsl.errors import CannotRead
from nccodsl.io.project_root import is_inside, project_root
from nccodsl.std import is_library, read_library

_MOST_BYTES = 64 * 2**20
_INHERITED = ("/dev/stdin", "/dev/fd/", "/proc/self/fd/")
"""Where what a program was started with has a path: standard input, and a shell's `<(…)`."""


class FilePath:
    """A path that cannot be taken for the text of a script, as a `str` might be. It is an `os.PathLike`."""

    __slots__ = ("_path",)

    def __init__(self, path: str) -> None:
        self._path = path

    def __fspath__(self) -> str:
        return self._path


def read_text(path: str) -> str:
    """The text of a UTF-8 file, without a byte order mark and with `\\n` for line ends kept as they are.

    Raises CannotRead with the reason in words: it does not exist, is no regular file, is too large or is not UTF-8.
    """
    try:
        refuse_irregular(path)
        with open(path, "rb") as stream:
            data = stream.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        missing = isinstance(error, FileNotFoundError)
        raise CannotRead(f"{path}: {getattr(error, 'strerror', None) or error}", missing=missing) from None
    return decode(data, path)


def refuse_irregular(path: str) -> None:
    """Raise CannotRead for what is no regular file: reading from a named pipe or a device may never end.

    Pipes that the program was started with are fine. Raises OSError where there is nothing.
    """
    kind = os.stat(path).st_mode
    if stat.S_ISREG(kind) or (stat.S_ISFIFO(kind) and path.startswith(_INHERITED)):
        return
    what = next((name for test, name in _KINDS if test(kind)), "something else")
    raise CannotRead(f"{path} is {what}, not a regular file")


_KINDS = (
    (stat.S_ISDIR, "a directory"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def decode(data: bytes, name: str) -> str:
    """Bytes as text. Raises CannotRead with the line of the first byte that is not UTF-8."""
    if len(data) > _MOST_BYTES:
        raise CannotRead(f"{name} is larger than {_MOST_BYTES // 2**20} MiB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CannotRead(f"{name} is not UTF-8 text: byte 0x{data[error.start]:02x} in line {line}") from None


def reader_for(
    path: str, shown: str | None = None, read_file: Callable[[str], str] = read_text
) -> Callable[[str, str], tuple[str, str]]:
    """A reader of includes for the script at `path`, held to its project's root. `shown`: what messages call it.

    `read_file` reads a file by its real path. Raises CannotRead.
    """

    def read(wanted: str, including: str) -> tuple[str, str]:
        if is_library(wanted):
            return read_library(wanted)
        if "\x00" in wanted:
            raise CannotRead("the path contains a zero byte")
        root = project_root(path)
        folder = os.path.dirname(path if including == shown else including)
        target = os.path.realpath(os.path.join(folder, wanted))
        if not is_inside(target, root):
            raise CannotRead(f"{wanted} is outside the project ({os.path.basename(root) or root})")
        if "\\" in wanted and not os.path.exists(target):
            raise CannotRead(f"{wanted} does not exist; write `/` between folders")
        name = os.path.join(folder, os.path.relpath(target, os.path.realpath(folder)))
        return os.path.normpath(name), read_file(target)

    return read
