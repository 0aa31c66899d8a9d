"""Pyodide's files: Python for browsers, from a folder, or from the package of npm whose hash is known."""

from __future__ import annotations

import hashlib
import os
import tarfile
from base64 import b64decode
from collections.abc import Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import httpx

from nccodsl.base.cache_folder import cache_folder
from nccodsl.base.record import Record
from nccodsl.base.strict_json import read_strict_json
from nccodsl.diagnostics import messages
from nccodsl.errors import CodedError
from nccodsl.io.complete_file import write_complete

VERSION = "314.0.7"
_PACKAGE = f"pyodide-{VERSION}.tgz"
REGISTRY_VARIABLE = "NPM_CONFIG_REGISTRY"
"""Names another registry, as for npm."""
_REGISTRY = "https://registry.npmjs.org"
_SHA512 = "0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+SNvi/6V5JEsOlD2R1A=="
"""The hash of the package as the registry publishes it (`dist.integrity`)."""
FILES = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "pyodide-lock.json", "python_stdlib.zip")
"""What a page loads."""
_SECONDS = 120.0


class NoPyodide(CodedError):
    """Pyodide's files cannot be had (E819)."""


class PyodideFiles(Record):
    """The files by name, and the version of Python that they are, such as (3, 14)."""

    files: Mapping[str, bytes]
    python: tuple[int, int]


def pyodide_files(folder: str | None) -> PyodideFiles:
    """From a folder, or else from npm; what was downloaded is kept in the user's cache folder. Raises NoPyodide."""
    found = _of_folder(Path(folder)) if folder is not None else _of_package(_package())
    return PyodideFiles(found, _python(found["pyodide-lock.json"]))


def _of_folder(folder: Path) -> dict[str, bytes]:
    try:
        return {name: (folder / name).read_bytes() for name in FILES}
    except OSError as error:
        missing = Path(str(error.filename)).name
        raise NoPyodide(messages.playground.not_in_folder(str(folder), missing)) from None


def _of_package(package: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=BytesIO(package)) as packed:
        inside = {name: packed.extractfile(f"package/{name}") for name in FILES}
        return {name: stream.read() for name, stream in inside.items() if stream is not None}


def _package() -> bytes:
    """The package, whose hash is right."""
    folder = cache_folder()
    kept = Path(folder, _PACKAGE) if folder is not None else None
    with suppress(OSError):
        if kept is not None and _is_right(package := kept.read_bytes()):
            return package
    registry = (os.environ.get(REGISTRY_VARIABLE) or _REGISTRY).rstrip("/")
    package = _downloaded(f"{registry}/pyodide/-/{_PACKAGE}")
    if kept is not None:
        with suppress(OSError):  # it is downloaded again next time
            kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_complete(kept, package, 0o600)
    return package


def _downloaded(url: str) -> bytes:
    try:
        answer = httpx.get(url, follow_redirects=True, timeout=_SECONDS)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NoPyodide(messages.playground.not_downloaded(url, str(error) or type(error).__name__)) from None
    if answer.status_code != 200:
        raise NoPyodide(messages.playground.not_downloaded(url, f"the answer is {answer.status_code}"))
    if not _is_right(answer.content):
        raise NoPyodide(messages.playground.wrong_hash(url))
    return answer.content


def _is_right(package: bytes) -> bool:
    return hashlib.sha512(package).digest() == b64decode(_SHA512)


def _python(lock: bytes) -> tuple[int, int]:
    try:
        major, minor = read_strict_json(lock)["info"]["python"].split(".")[:2]
        version = int(major), int(minor)
    except (ValueError, LookupError, TypeError, AttributeError):
        version = (0, 0)
    if version < (3, 11):
        raise NoPyodide(messages.playground.wrong_version(VERSION))
    return version
