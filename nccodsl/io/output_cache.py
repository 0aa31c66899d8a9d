"""What `nccodsl compile` printed, kept for the same command on the same files.

A kept output is found by the whole of what it was made from, which is stored with it and compared: the command line,
the folder, the installation, the script and all that it includes. So it is never another one's, and nothing is hashed
for safety. Importing this imports nothing, since a command that prints from here should start as fast as Python does.
"""

from __future__ import annotations

import os
import stat
import sys
from binascii import crc32

from nccodsl.base.cache_folder import cache_folder
from nccodsl.base.version import __version__
from nccodsl.io.project_root import is_inside, project_root

_FORMAT = b"nccodsl output 1\n"
_FLAGS = ("--call", "--compact")
_VALUES = ("--var", "--api")
_INHERITED = ("/dev/", "/proc/")
"""Where what a program was started with has a path. It can be read once only."""
_LARGEST = 1 << 20
"""Bytes of an entry, and of each file that it is made from."""
MOST = 512
"""Entries; when there are more, the older half is removed."""
_MARK = b"\xef\xbb\xbf"
_ABSENT = b"-"
_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

Read = tuple[str, str, str | None]
"""An include as it was asked for, the path without links that it led to, and its text; None where it was not there."""


class Asked:
    """A command whose output may be kept: all of it but its includes, as it was when it was asked for."""

    def __init__(self, script: str, text: bytes, arguments: list[str]) -> None:
        self.text = text.removeprefix(_MARK)
        self._root = project_root(script)
        asked = (__version__, _installation(), os.getcwd(), os.path.realpath(script), self._root, *arguments)
        self._key = _FORMAT + "\0".join(asked).encode("utf-8", "surrogateescape") + b"\0\n" + text

    def found(self) -> bytes | None:
        """What the command printed, if nothing that it is made from has changed since."""
        try:
            path = self._path()
            parts = _parts(_content(path, ours=True)) if path is not None else []
            return parts[-1] if parts[:1] == [self._key] and self._unchanged(parts[1:-1]) else None
        except (OSError, ValueError):
            return None

    def keep(self, reads: list[Read], output: bytes) -> None:
        """Keep what the command has printed. Where that cannot be done, the command works again the next time."""
        try:
            path = self._path()
            parts = [self._key]
            for name, target, text in reads:
                parts += [name.encode(), target.encode(), _ABSENT if text is None else b"+" + text.encode()]
            entry = b"".join(b"%d:%b" % (len(part), part) for part in (*parts, output))
            if path is not None and len(entry) <= _LARGEST:
                _write(path, entry)
        except (OSError, ValueError):
            return

    def _path(self) -> str | None:
        folder = cache_folder()
        return os.path.join(folder, "compiled", f"{crc32(self._key):08x}-{len(self._key):x}") if folder else None

    def _unchanged(self, reads: list[bytes]) -> bool:
        """Whether the includes are what they were, and lead where they led."""
        for name, target, kept in zip(reads[::3], reads[1::3], reads[2::3], strict=True):
            path = name.decode()
            if os.path.realpath(path).encode() != target:
                return False
            if kept == _ABSENT:
                if os.path.lexists(path):
                    return False
            elif not is_inside(target.decode(), self._root) or b"+" + _content(path).removeprefix(_MARK) != kept:
                return False
        return True


def asked(arguments: list[str]) -> Asked | None:
    """The command of some arguments; None where its output is not kept, and where its script cannot be read."""
    script = _script(arguments)
    try:
        return Asked(script, _content(script), arguments) if script is not None else None
    except (OSError, ValueError):
        return None


def _script(arguments: list[str]) -> str | None:
    """The script of a command line whose output may be kept; None for any other."""
    if arguments[:1] != ["compile"]:
        return None
    files: list[str] = []
    rest = iter(arguments[1:])
    for argument in rest:
        if argument in _VALUES:
            if next(rest, None) is None:
                return None
        elif not argument.startswith("-"):
            files.append(argument)
        elif argument not in _FLAGS and argument.partition("=")[0] not in _VALUES:
            return None
    return files[0] if len(files) == 1 and not os.path.abspath(files[0]).startswith(_INHERITED) else None


def _installation() -> str:
    """What changes with the package, or with a library that it uses: pip makes or removes a folder for each."""
    is_checkout = not os.path.isdir(os.path.join(_PACKAGE, "_grammar"))
    own = f"{_checkout():08x}" if is_checkout else str(os.stat(os.path.join(_PACKAGE, "__init__.py")).st_mtime_ns)
    beside = os.path.dirname(_PACKAGE) if is_checkout else None  # anything may be written there
    libraries = [path for path in sys.path if path != beside and os.path.isdir(path)]
    return " ".join((hex(sys.hexversion), own, *(f"{path} {os.stat(path).st_mtime_ns}" for path in libraries)))


def _checkout() -> int:
    """A number for the names, times and sizes of all files of the package, and of the grammar beside it."""
    found: list[str] = []
    folders = [_PACKAGE, os.path.join(os.path.dirname(_PACKAGE), "grammar")]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if not entry.is_dir(follow_symlinks=False):
                    status = entry.stat()
                    found.append(f"{entry.path} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_size}")
                elif entry.name != "__pycache__":
                    folders.append(entry.path)
    return crc32("\n".join(sorted(found)).encode("utf-8", "surrogateescape"))


def _content(path: str, *, ours: bool = False) -> bytes:
    """The bytes of a regular file that is not too large. Raises OSError, ValueError.

    `ours`: this user alone may write and read it, and it is no link. Opening what is no file would wait.
    """
    links = getattr(os, "O_NOFOLLOW", 0) if ours else 0
    number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | links)
    with os.fdopen(number, "rb") as stream:
        status = os.fstat(number)
        foreign = hasattr(os, "getuid") and (status.st_uid != os.getuid() or status.st_mode & 0o077)
        if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST or (ours and foreign):
            raise ValueError(path)
        return stream.read(_LARGEST + 1)


def _parts(entry: bytes) -> list[bytes]:
    """The parts of an entry, each behind its length. Raises ValueError."""
    parts: list[bytes] = []
    at = 0
    while at < len(entry):
        colon = entry.index(b":", at, at + 12)
        if not entry[at:colon].isdigit() or (end := colon + 1 + int(entry[at:colon])) > len(entry):
            raise ValueError
        parts.append(entry[colon + 1 : end])
        at = end
    return parts


def _write(path: str, entry: bytes) -> None:
    folder = os.path.dirname(path)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    _tidy(folder)
    fresh = f"{path}.{os.getpid()}.{os.urandom(4).hex()}"
    number = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(number, "wb") as stream:
            stream.write(entry)
        os.replace(fresh, path)
    except OSError:
        os.unlink(fresh)
        raise


def _tidy(folder: str) -> None:
    with os.scandir(folder) as entries:
        kept = [(entry.stat(follow_symlinks=False).st_mtime_ns, entry.path) for entry in entries]
    if len(kept) >= MOST:
        for _, old in sorted(kept)[: MOST // 2]:
            os.unlink(old)
