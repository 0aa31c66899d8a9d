"""The studio as static files, which any web server can serve.

::

    index.html  phone.html  graph.html    the pages
    static/                               their scripts and styles, as the studio serves them
    scripts.json                          the scripts that the page offers: its name, and texts by path
    python/                               what Python imports (python_archives.py); `later.json` says when
    pyodide/                              Python for browsers
    service-worker.js                     keeps all of it for when there is no network
    LICENSES.md                           the licenses of what is in it
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from nccodsl.base.record import Record
from nccodsl.base.strict_json import read_strict_json
from nccodsl.errors import UsageError
from nccodsl.playground.fast_start import compiled
from nccodsl.playground.licenses import licenses
from nccodsl.playground.pyodide_files import PyodideFiles
from nccodsl.playground.python_archives import TOP_LEVEL, archives
from nccodsl.studio.studio_pages import (
    FRAMES,
    SERVICE_WORKER,
    SERVICES_WORKER,
    STATIC,
    framed_page,
    policy_of,
    static,
    studio_page,
)

_KEEPER = "service-worker.js"
_KEPT = "self.nccodslSite = "
_NOT_KEPT = ("LICENSES.md", *(f"static/{name}" for name in STATIC if name.endswith(".md")))


class OfferedScripts(Record):
    """The scripts of a page: what they are called together, and their texts by path; the first is shown first."""

    name: str
    texts: Mapping[str, str]


def site_files(scripts: OfferedScripts, pyodide: PyodideFiles) -> dict[str, bytes]:
    """All files of a site by path. Without Node, an installation makes the same ones each time."""
    pyodide, python = compiled(pyodide, archives(pyodide.python), next(iter(scripts.texts.values()), ""))
    own = {f"static/{name}": static(name) for name in (*STATIC, SERVICES_WORKER)}
    files = {
        **own,
        "scripts.json": json.dumps({"name": scripts.name, "texts": dict(scripts.texts)}, ensure_ascii=False).encode(),
        "python/later.json": json.dumps(TOP_LEVEL).encode(),
        **{f"python/{name}": data for name, data in python.items()},
        **{f"pyodide/{name}": data for name, data in pyodide.files.items()},
        "LICENSES.md": licenses().encode(),
    }
    # Styles that the editor adds are let in by it; it is of one build, not of one answer.
    nonce = _hash(files)[:24]
    files["index.html"] = studio_page(nonce, policy=policy_of(nonce, python=True)).encode()
    files |= {f"{name}.html": framed_page(name, policy=policy_of(None)).encode() for name in FRAMES}
    # Some hosts serve no Markdown as it is, and nothing loads it.
    kept = {name: sha256(data).hexdigest() for name, data in sorted(files.items()) if not name.endswith(".md")}
    files[_KEEPER] = f"{_KEPT}{json.dumps({'files': kept})};\n".encode() + static(SERVICE_WORKER)
    return files


def build_site(folder: str, scripts: OfferedScripts, pyodide: PyodideFiles) -> int:
    """Write a site to a folder that is new, empty, or holds an earlier one, which it replaces; how many bytes it has.

    Raises UsageError where the folder is something else, OSError where it cannot be written: then it is as it was.
    """
    target = free_place(folder)
    files = site_files(scripts, pyodide)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as beside:
        fresh = Path(beside, "fresh")
        for name, data in files.items():
            path = fresh / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        _replace(target, fresh, Path(beside, "earlier"))
    return sum(map(len, files.values()))


def free_place(folder: str) -> Path:
    """The folder of a site, which may be written. Raises UsageError where it is something else, OSError."""
    target = Path(folder).absolute()
    if not folder.strip() or (target.exists() and (target.is_symlink() or not target.is_dir())):
        raise UsageError(f"{folder!r} is not a folder: give another one")
    if target.exists() and (foreign := _foreign(target)) is not None:
        raise UsageError(f"{folder} has files that are not of an earlier build, such as {foreign}: give another folder")
    return target


def _foreign(folder: Path) -> str | None:
    """A file of a folder that no build has written there."""
    keeper = folder / _KEEPER
    built = set[str]()
    if keeper.is_file():
        built = {_KEEPER, *_NOT_KEPT, *_kept(keeper.read_text(encoding="utf-8", errors="replace"))}
    inside = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())
    return next((path for path in sorted(inside) if path not in built), None)


def _kept(keeper: str) -> Iterable[str]:
    """The files that a service worker keeps."""
    try:
        files = read_strict_json(keeper.partition("\n")[0].removeprefix(_KEPT).removesuffix(";"))["files"]
    except (ValueError, LookupError, TypeError):
        return ()
    return files if isinstance(files, dict) else ()


def _replace(target: Path, fresh: Path, earlier: Path) -> None:
    """Put a folder in the place of another one, or leave that where it is. Raises OSError."""
    if target.exists():
        target.rename(earlier)
    try:
        fresh.rename(target)
    except BaseException:
        if earlier.exists():
            earlier.rename(target)
        raise


def _hash(files: Mapping[str, bytes]) -> str:
    found = sha256()
    for name in sorted(files):
        found.update(f"{name}\0{sha256(files[name]).hexdigest()}\n".encode())
    return found.hexdigest()
