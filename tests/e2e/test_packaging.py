"""The wheel works outside the checkout: built, installed into a new environment, run from another folder.

Building is isolated, as it is for users: pip fetches what the build needs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "appointment-reminder"


def _build(source: Path, folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _build(ROOT, tmp_path_factory.mktemp("wheel"))


def _members(wheel: Path) -> dict[str, int]:
    """Name and checksum of each file, without the list of the files itself."""
    with zipfile.ZipFile(wheel) as archive:
        return {
            member.filename: member.CRC
            for member in archive.infolist()
            if not member.filename.endswith(("/RECORD", ".tables"))
        }


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with the wheel and, by a path file, this environment's dependencies."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False)
    interpreter = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    target = subprocess.run(
        [interpreter, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", target, str(wheel)]
    subprocess.run(command, capture_output=True, check=True)
    # Appended behind the wheel's own modules, so the checkout of an editable install is never seen.
    # A path named in a .pth file has its own .pth files left unread, so an editable install stays out, too.
    paths = dict.fromkeys(sysconfig.get_path(kind) for kind in ("purelib", "platlib"))
    (Path(target) / "dependencies.pth").write_text("\n".join(paths), encoding="utf-8")
    return interpreter


def _run(python: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "LOCALAPPDATA")}
    environment["HOME"] = environment["XDG_CACHE_HOME"] = str(folder / "home")
    return subprocess.run(
        [python, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_the_wheel_compiles_an_example_and_keeps_nothing(python: Path, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir(mode=0o500)
    done = _run(
        python,
        tmp_path,
        *("-W", "error", "-m", "nccodsl", "compile", str(EXAMPLE / "script.call"), "--call"),
        *("--vars", str(EXAMPLE / "vars.json")),
    )
    assert done.stderr == ""
    assert json.loads(done.stdout) == json.loads((EXAMPLE / "call.json").read_text(encoding="utf-8"))
    # The tables in the wheel were used: none had to be built and kept.
    assert list((tmp_path / "home").rglob("*")) == []


def test_the_tables_are_the_prebuilt_ones(python: Path, tmp_path: Path) -> None:
    # Whoever may write everywhere would not notice a read-only cache: here building a parser is impossible.
    done = _run(
        python,
        tmp_path,
        "-c",
        "from nccodsl.syntax import tables; tables._cached = None; print(tables.parser().options.parser)",
    )
    assert done.stdout == "lalr\n", done.stderr


def test_the_wheel_is_the_one_that_runs(python: Path, tmp_path: Path) -> None:
    done = _run(python, tmp_path, "-c", "import nccodsl; print(nccodsl.__file__)")
    assert Path(done.stdout.strip()).is_relative_to(python.parents[1])


@pytest.mark.parametrize(
    "arguments",
    [
        ["explain", "E304"],
        ["explain", "std/confirm"],
        ["schema", "call"],
        ["init", "first"],
        ["init", "--example", "two-factor-code"],
        ["init", "--example", "voice-agent"],
        ["--version"],
    ],
    ids=str,
)
def test_the_wheel_carries_its_data(python: Path, tmp_path: Path, arguments: list[str]) -> None:
    done = _run(python, tmp_path, "-m", "nccodsl", *arguments)
    assert done.returncode == 0, done.stderr
    assert not list(tmp_path.rglob("__pycache__"))


def test_the_wheel_holds_what_it_needs(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    # All of the package as it stands in the checkout, the examples, and the grammar with its tables.
    package = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "nccodsl").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    examples = {
        f"nccodsl/_examples/{path.relative_to(ROOT / 'examples').as_posix()}"
        for path in (ROOT / "examples").rglob("*")
        if path.is_file()
    }
    (tables,) = (name for name in names if name.endswith(".tables"))
    assert tables.startswith("nccodsl/_grammar/call-")
    assert {name for name in names if ".dist-info/" not in name} == package | examples | {
        "nccodsl/_grammar/call.lark",
        tables,
    }


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("source")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--sdist", "--outdir", str(folder), str(ROOT)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.tar.gz")
    return built


def test_the_source_distribution_makes_the_same_wheel(wheel: Path, source: Path, tmp_path: Path) -> None:
    assert _members(_build(source, tmp_path)) == _members(wheel)


def test_an_index_would_take_both(wheel: Path, source: Path) -> None:
    command = [sys.executable, "-m", "twine", "check", "--strict", str(wheel), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("PASSED") == 2


def test_the_wheel_says_what_it_is(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = message_from_bytes(archive.read(name))
    classifiers = metadata.get_all("Classifier", [])
    assert "Typing :: Typed" in classifiers
    assert not [one for one in classifiers if one.startswith("License")], "no licence is chosen yet"
    assert "ncco" in metadata["Keywords"].split(",")
