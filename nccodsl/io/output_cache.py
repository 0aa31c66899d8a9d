"""What `nccodsl compile` printed, kept for the same command on the same files.

A kept output is found by the whole of what it was made from, which is stored with it and compared: the command line,
the folder, the package, the script and all that it includes. So it is never another one's, and nothing is hashed for
safety. Importing this imports nothing, since a command that prints from here should start as fast as Python does.
"""

from __future__ import annotations

import os
import stat
from binascii import crc32

from nccodsl.base.cache_folder import cache_folder
from nccodsl.base.version import __version__
from nccodsl.io.project_root import is_inside, project_root

_FORMAT = b"nccodsl output 1\n"
_FLAGS = ("--call", "--compact")
_VALUES = ("--var", "--api")
_LARGEST = 1 << 20
"""Bytes of an entry."""
MOST = 512
"""Entries; when there are more, the older half is removed."""
_MARK = b"\xef\xbb\xbf"
_ABSENT = b"-"
_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

Read = tuple[str, str | None]
"""The path of an include, as it was asked for, and its text; None where there was no such file."""


def found(arguments: list[str]) -> bytes | None:
    """What the command printed, if nothing that it is made from has changed since."""
    try:
        key = _key(arguments)
        path = _path(key) if key is not None else None
        if key is None or path is None or not _is_ours(path):
            return None
        with open(path, "rb") as stream:
            parts = _parts(stream.read(_LARGEST + 1))
        if parts[0] != key or len(parts) % 2 == 0:
            return None
        script = _script(arguments)
        assert script is not None
        return parts[-1] if _unchanged(parts[1:-1], script) else None
    except (OSError, ValueError, IndexError):
        return None


def keep(arguments: list[str], reads: list[Read], output: bytes) -> None:
    """Keep what a command has printed. Where that cannot be done, the command works again the next time."""
    try:
        key = _key(arguments)
        path = _path(key) if key is not None else None
        script = _script(arguments)
        if key is None or path is None or script is None:
            return
        parts = [key]
        for name, text in reads:
            parts += [name.encode(), _ABSENT if text is None else b"+" + text.encode()]
        parts += [project_root(script).encode() if reads else b"", output]
        entry = b"".join(b"%d:%b" % (len(part), part) for part in parts)
        if len(entry) <= _LARGEST:
            _write(path, entry)
    except (OSError, ValueError):
        return


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
    return files[0] if len(files) == 1 else None


def _key(arguments: list[str]) -> bytes | None:
    script = _script(arguments)
    # What comes through a pipe can be read once only, and not here.
    if script is None or not stat.S_ISREG(os.stat(script).st_mode):
        return None
    with open(script, "rb") as stream:
        text = stream.read(_LARGEST)
    asked = "\0".join((__version__, _stamp(), os.getcwd(), *arguments))
    return _FORMAT + asked.encode("utf-8", "surrogateescape") + b"\0\n" + text


def _stamp() -> str:
    """What changes with the package: in a wheel its installation, in a checkout any of its files."""
    if os.path.isdir(os.path.join(_PACKAGE, "_grammar")):
        return str(os.stat(os.path.join(_PACKAGE, "__init__.py")).st_mtime_ns)
    latest = count = 0
    folders = [_PACKAGE, os.path.join(os.path.dirname(_PACKAGE), "grammar")]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name != "__pycache__":
                        folders.append(entry.path)
                else:
                    count += 1
                    latest = max(latest, entry.stat().st_mtime_ns)
    return f"{count} {latest}"


def _path(key: bytes) -> str | None:
    folder = cache_folder()
    return os.path.join(folder, "compiled", f"{crc32(key):08x}-{len(key):x}") if folder is not None else None


def _is_ours(path: str) -> bool:
    """Whether this user alone can write to a file."""
    status = os.stat(path)
    return not hasattr(os, "getuid") or (status.st_uid == os.getuid() and not status.st_mode & 0o077)


def _parts(entry: bytes) -> list[bytes]:
    parts: list[bytes] = []
    at = 0
    while at < len(entry):
        colon = entry.index(b":", at, at + 12)
        end = colon + 1 + int(entry[at:colon])
        if end > len(entry):
            raise ValueError
        parts.append(entry[colon + 1 : end])
        at = end
    return parts


def _unchanged(parts: list[bytes], script: str) -> bool:
    """Whether the includes are what they were, and the project's folder too."""
    *reads, root = parts
    if not reads:
        return True
    if project_root(script).encode() != root:
        return False
    for name, kept in zip(reads[::2], reads[1::2], strict=True):
        path = name.decode()
        if kept == _ABSENT:
            if os.path.lexists(path):
                return False
            continue
        with open(path, "rb") as stream:
            text = stream.read(_LARGEST).removeprefix(_MARK)
        if b"+" + text != kept or not is_inside(os.path.realpath(path), root.decode()):
            return False
    return True


def _write(path: str, entry: bytes) -> None:
    folder = os.path.dirname(path)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    _tidy(folder)
    fresh = f"{path}.{os.getpid()}"
    number = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(number, "wb") as stream:
            stream.write(entry)
        os.replace(fresh, path)
    except OSError:
        os.unlink(fresh)
        raise


def _tidy(folder: str) -> None:
    with os.scandir(folder) as entries:
        kept = [(entry.stat().st_mtime_ns, entry.path) for entry in entries]
    if len(kept) >= MOST:
        for _, old in sorted(kept)[: MOST // 2]:
            os.unlink(old)
