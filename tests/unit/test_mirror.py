"""The unit tests mirror the rooms: every package has a folder of tests, and every folder of tests a package."""

from __future__ import annotations

from pathlib import Path

import nccodsl

HERE = Path(__file__).parent
PACKAGES = {path.parent.name for path in Path(nccodsl.__file__).parent.glob("*/__init__.py")}


def test_every_package_has_its_tests() -> None:
    assert {name for name in PACKAGES if not list((HERE / name).glob("test_*.py"))} == set()


def test_every_folder_is_that_of_a_package() -> None:
    assert {path.parent.name for path in HERE.glob("*/__init__.py")} - PACKAGES == set()
