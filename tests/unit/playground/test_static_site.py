"""The files of a site: complete, the same each time, and never half of them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest

from nccodsl.errors import UsageError
from nccodsl.playground import page_services
from nccodsl.playground.archive_finder import ArchiveFinder
from nccodsl.playground.fast_start import compiled
from nccodsl.playground.packed_files import packed
from nccodsl.playground.pyodide_files import FILES, PyodideFiles
from nccodsl.playground.python_archives import CORE, LATER, TOP_LEVEL, archives
from nccodsl.playground.static_site import OfferedScripts, build_site, site_files
from tests.menu_script import MENU

HERE = sys.version_info[:2]
PYODIDE = PyodideFiles(dict.fromkeys(FILES, b"x"), HERE)
SCRIPTS = OfferedScripts("shop", {"menu.call": MENU, "é/more.call": 'talk "Hi."\n'})


@pytest.fixture
def no_node(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.slow
@pytest.mark.usefixtures("no_node")
def test_the_same_installation_makes_the_same_files() -> None:
    files = site_files(SCRIPTS, PYODIDE)
    assert files == site_files(SCRIPTS, PYODIDE)
    assert json.loads(files["scripts.json"]) == {"name": "shop", "texts": SCRIPTS.texts}
    kept = json.loads(files["service-worker.js"].partition(b" = ")[2].partition(b";\n")[0])
    hashes = {name: sha256(data).hexdigest() for name, data in files.items() if not name.endswith(".md")}
    assert kept["files"] == {name: hash for name, hash in hashes.items() if name != "service-worker.js"}
    other = site_files(OfferedScripts("shop", {"menu.call": MENU + "\n"}), PYODIDE)["service-worker.js"]
    assert other != files["service-worker.js"], "a page that has an earlier build learns of this one"
    notices = files["LICENSES.md"].decode()
    assert all(f"## {name} " in notices for name in ("Jinja2", "lark", "pygls", "holidays", "tzdata"))
    assert notices.count("Permission is hereby granted") > 5


@pytest.mark.slow
@pytest.mark.usefixtures("no_node")
def test_a_build_replaces_an_earlier_one_and_nothing_else(tmp_path: Path) -> None:
    site = tmp_path / "sites" / "one"
    size = build_site(str(site), SCRIPTS, PYODIDE)
    assert size == sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    (site / "python" / "core.zip").write_bytes(b"old")
    build_site(str(site), SCRIPTS, PYODIDE)
    assert (site / "python" / "core.zip").stat().st_size > 1_000_000
    (site / ".git").mkdir()
    (site / ".git" / "config").touch()
    with pytest.raises(UsageError, match=r"not of an earlier build, such as \.git/config"):
        build_site(str(site), SCRIPTS, PYODIDE)
    (site / "service-worker.js").write_text("self.nccodslSite = {")
    with pytest.raises(UsageError, match="not of an earlier build"):
        build_site(str(site), SCRIPTS, PYODIDE)
    assert [path.name for path in site.parent.iterdir()] == ["one"]
    other = tmp_path / "mine"
    other.mkdir()
    build_site(str(other), SCRIPTS, PYODIDE)
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(other)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "index.html").touch()
    for name, why in (("file", "not a folder"), ("link", "not a folder"), ("full", "such as index.html")):
        with pytest.raises(UsageError, match=why):
            build_site(str(tmp_path / name), SCRIPTS, PYODIDE)
    with pytest.raises(UsageError, match="not a folder"):
        build_site("", SCRIPTS, PYODIDE)
    with pytest.raises(OSError, match="exists"):
        build_site(str(tmp_path / "file" / "in"), SCRIPTS, PYODIDE)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "full", "link", "mine", "sites"]


@pytest.mark.parametrize("error", [PermissionError("it is open"), KeyboardInterrupt()])
@pytest.mark.usefixtures("no_node")
def test_what_cannot_be_replaced_stays(error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "site"
    build_site(str(site), OfferedScripts("before", {"a.call": MENU}), PYODIDE)
    rename = Path.rename

    def refusing(self: Path, target: Path) -> Path:
        if self.name == "fresh":
            raise error
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refusing)
    with pytest.raises(type(error)):
        build_site(str(site), SCRIPTS, PYODIDE)
    assert "before" in (site / "scripts.json").read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def unpacked(folder: Path, data: bytes) -> None:
    archive = folder.with_suffix(".zip")
    archive.write_bytes(data)
    with ZipFile(archive) as packed:
        packed.extractall(folder)


_RUN = """
import sys
from pathlib import Path
folder, archives, script = map(Path, sys.argv[1:])
sys.path.append(str(folder))
from nccodsl.playground.archive_finder import ArchiveFinder
from nccodsl.playground.python_archives import TOP_LEVEL
fetched = []
def fetch(name):
    fetched.append(name)
    return (archives / name).read_bytes()
sys.meta_path.insert(0, ArchiveFinder(TOP_LEVEL, fetch, folder))
from nccodsl.playground.precompile import show
show('step main { talk "Hello." }')
print(fetched)
show(script.read_text())
print(sorted(set(fetched)), len(fetched))
print({Path(f).parts[:len(folder.parts)] == folder.parts for m in list(sys.modules.values())
       if (f := getattr(m, "__file__", None)) and "lib/python" not in f})
"""


@pytest.mark.slow
def test_the_archives_are_all_that_python_needs(tmp_path: Path) -> None:
    """In a Python without any other library, as Pyodide is; what few scripts need is fetched when they need it."""
    made = archives(HERE)
    assert made.keys() == {CORE, *LATER} == {CORE, *TOP_LEVEL.values()}
    for name, data in made.items():
        (tmp_path / name).write_bytes(data)
    unpacked(tmp_path / "library", made[CORE])
    example = Path(__file__).parents[3] / "examples" / "pharmacy-line" / "script.call"
    command = [sys.executable, "-I", "-S", "-c", _RUN, str(tmp_path / "library"), str(tmp_path), str(example)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    first, later, places = done.stdout.splitlines()
    assert first == "[]"
    assert later.startswith("['babel.zip', 'holidays.zip'"), later
    assert places == "{True}"


@pytest.mark.usefixtures("no_node")
def test_without_node_python_is_compiled_by_each_browser() -> None:
    assert compiled(PYODIDE, {CORE: b"core"}, MENU) == (PYODIDE, {CORE: b"core"})


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not on this machine")
def test_a_pyodide_that_does_not_run_costs_only_time(caplog: pytest.LogCaptureFixture) -> None:
    assert compiled(PYODIDE, {CORE: b"core"}, MENU) == (PYODIDE, {CORE: b"core"})
    assert "Node does not run Pyodide" in caplog.text


def test_a_page_writes_inside_its_project_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    monkeypatch.setattr(page_services, "PROJECT", tmp_path / "project")
    services = page_services.PageServices(lambda answer: None, lambda name: b"", {})
    assert services.write("shop/menu.call", "text")
    for path in ("", ".", "/etc/passwd", "../x.call", "a/../../x.call", "a\0b", "shop/menu.call/in.call", "shop"):
        assert not services.write(path, "text"), path
    assert (tmp_path / "project" / "shop" / "menu.call").read_text(encoding="utf-8") == "text"
    assert services.write("shop/menu.call", None)
    assert [path.name for path in tmp_path.rglob("*")] == ["project", "shop"]


def test_a_session_that_has_ended_has_nothing_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    services = page_services.PageServices(lambda answer: None, lambda name: b"", {})
    services.take('{"jsonrpc": "2.0", "method": "exit"}')
    assert services.step() is None


def test_a_library_that_cannot_be_fetched_is_asked_for_again(tmp_path: Path) -> None:
    contents = {"later.zip": packed([("later_library.py", b"value = 5")])}
    asked: list[str] = []

    def fetch(name: str) -> bytes:
        asked.append(name)
        if len(asked) == 1:
            raise RuntimeError("no network")
        return contents[name]

    finder = ArchiveFinder({"later_library": "later.zip"}, fetch, tmp_path)
    with pytest.raises(ImportError, match=r"later\.zip cannot be loaded"):
        finder.find_spec("later_library")
    assert finder.find_spec("later_library.inner") is None
    assert finder.find_spec("later_library") is None
    assert asked == ["later.zip"] * 2
    assert (tmp_path / "later_library.py").is_file()
