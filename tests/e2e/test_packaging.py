"""The wheel works outside the checkout: built, installed into a new environment, run from another folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "appointment-reminder"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return built


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
    (Path(target) / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return interpreter


def _run(python: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "XDG_CACHE_HOME")}
    environment["HOME"] = str(folder / "home")
    return subprocess.run(
        [python, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_the_wheel_compiles_an_example(python: Path, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
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


def test_the_wheel_is_the_one_that_runs(python: Path, tmp_path: Path) -> None:
    done = _run(python, tmp_path, "-c", "import nccodsl; print(nccodsl.__file__)")
    assert Path(done.stdout.strip()).is_relative_to(python.parents[1])


@pytest.mark.parametrize(
    "arguments", [["explain", "E304"], ["schema", "call"], ["init", "first"], ["--version"]], ids=str
)
def test_the_wheel_carries_its_data(python: Path, tmp_path: Path, arguments: list[str]) -> None:
    done = _run(python, tmp_path, "-m", "nccodsl", *arguments)
    assert done.returncode == 0, done.stderr


def test_the_wheel_holds_what_it_needs(wheel: Path) -> None:
    import zipfile

    names = zipfile.ZipFile(wheel).namelist()
    for part in ("_grammar/call.lark", "py.typed", "voice/catalogue.json", "voice/languages.json"):
        assert f"nccodsl/{part}" in names
    assert any(name.startswith("nccodsl/_grammar/call-") and name.endswith(".tables") for name in names)
    assert not [name for name in names if name.startswith(("tests", "examples", "grammar"))]
