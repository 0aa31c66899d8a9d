"""Reading scripts from disk: the only place where the core touches files."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

from nccodsl.errors import CannotRead

_MOST_BYTES = 64 * 2**20
_ROOT_MARKS = ("pyproject.toml", "nccodsl.toml", ".git")


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, without a byte order mark and with `\\n` for line ends kept as they are.

    Raises CannotRead with the reason in words: it does not exist, is a directory or a device, is too large or
    is not UTF-8.
    """
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            raise CannotRead(f"{path} is a directory")
        if not stat.S_ISREG(kind) and not stat.S_ISFIFO(kind):
            raise CannotRead(f"{path} is no regular file")
        with path.open("rb") as stream:
            data = stream.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise CannotRead(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    return decode(data, str(path))


def decode(data: bytes, name: str) -> str:
    """Bytes as text. Raises CannotRead with the line of the first byte that is not UTF-8."""
    if len(data) > _MOST_BYTES:
        raise CannotRead(f"{name} is larger than {_MOST_BYTES // 2**20} MiB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CannotRead(f"{name} is not UTF-8 text: byte 0x{data[error.start]:02x} in line {line}") from None


def project_root(path: Path) -> Path:
    """The folder that includes may not leave: the nearest one above with a project file, else the script's own."""
    folder = path.resolve().parent
    for candidate in (folder, *folder.parents):
        if any((candidate / mark).exists() for mark in _ROOT_MARKS):
            return candidate
    return folder


def reader_for(path: Path) -> Callable[[str, str], tuple[str, str]]:
    """A reader of includes for the script at `path`, held to its project's root."""
    root = project_root(path)

    def read(wanted: str, including: str) -> tuple[str, str]:
        if "\x00" in wanted:
            raise CannotRead("the path holds a zero byte")
        target = Path(including).parent / wanted
        resolved = target.resolve()
        if not resolved.is_relative_to(root):
            raise CannotRead(f"{wanted} lies outside the project ({root.name or root})")
        text = read_text(resolved)
        shown = Path(including).parent.resolve()
        try:
            name = Path(including).parent / resolved.relative_to(shown)
        except ValueError:
            name = resolved
        return str(name), text

    return read
