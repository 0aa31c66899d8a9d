"""Where Pyodide's files come from, and what is said where they cannot be had."""

from __future__ import annotations

import hashlib
import json
import tarfile
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread

import pytest

from nccodsl.playground import pyodide_files as files
from nccodsl.playground.pyodide_files import FILES, REGISTRY_VARIABLE, VERSION, NoPyodide, pyodide_files

LOCK = json.dumps({"info": {"python": "3.14.2"}}).encode()
CONTENTS = {name: LOCK if name.endswith(".json") else name.encode() for name in FILES}


def package() -> bytes:
    stream = BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as packed:
        for name, data in CONTENTS.items():
            info = tarfile.TarInfo(f"package/{name}")
            info.size = len(data)
            packed.addfile(info, BytesIO(data))
    return stream.getvalue()


class Registry(ThreadingHTTPServer):
    """A registry of npm with one package."""

    def __init__(self, package: bytes | None) -> None:
        self.asked: list[str] = []
        registry = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                registry.asked.append(self.path)
                self.send_response(404 if package is None else 200)
                self.send_header("Content-Length", str(len(package or b"")))
                self.end_headers()
                self.wfile.write(package or b"")

            def log_message(self, format: str, *args: object) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder / "nccodsl"


@pytest.fixture
def registry(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    with Registry(getattr(request, "param", package())) as server:
        monkeypatch.setenv(REGISTRY_VARIABLE, f"http://127.0.0.1:{server.server_port}/")
        yield server
        server.shutdown()


def expect(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(files, "_SHA512", b64encode(hashlib.sha512(data).digest()).decode())


def test_the_package_is_downloaded_once(registry: Registry, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expect(monkeypatch, package())
    for _ in range(2):
        found = pyodide_files(None)
        assert (dict(found.files), found.python) == (CONTENTS, (3, 14))
    assert registry.asked == [f"/pyodide/-/pyodide-{VERSION}.tgz"]
    # What is kept is not trusted either.
    (kept,) = cache.iterdir()
    kept.write_bytes(b"other")
    assert pyodide_files(None).files == CONTENTS
    assert len(registry.asked) == 2


def test_another_package_is_refused_and_not_kept(registry: Registry, cache: Path) -> None:
    with pytest.raises(NoPyodide, match="its hash differs") as refused:
        pyodide_files(None)
    assert refused.value.code == "E819"
    assert not cache.exists()


@pytest.mark.parametrize("registry", [None], indirect=True)
def test_a_registry_without_it(registry: Registry) -> None:
    with pytest.raises(NoPyodide, match="the answer is 404"):
        pyodide_files(None)


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "nowhere", "http://[::1"])
def test_no_registry(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(REGISTRY_VARIABLE, address)
    with pytest.raises(NoPyodide, match="cannot be downloaded") as refused:
        pyodide_files(None)
    assert "--pyodide DIR" in (refused.value.help or "")


def test_files_of_a_folder(tmp_path: Path) -> None:
    for name, data in CONTENTS.items():
        (tmp_path / name).write_bytes(data)
    assert pyodide_files(str(tmp_path)).files == CONTENTS
    for lock in (b"{}", b"[]", b"", b'{"info": {"python": "x"}}', b'{"info": {"python": "3.10.2"}}', b"\xff"):
        (tmp_path / "pyodide-lock.json").write_bytes(lock)
        with pytest.raises(NoPyodide, match="not of a version that can be used"):
            pyodide_files(str(tmp_path))
    (tmp_path / "pyodide.mjs").unlink()
    with pytest.raises(NoPyodide, match=r"no file `pyodide\.mjs`"):
        pyodide_files(str(tmp_path))
