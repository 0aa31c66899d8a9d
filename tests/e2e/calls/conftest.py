"""What tests of commands that place calls share: a folder with scripts, commands run in it, an emulator."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from nccodsl.emulator.http.host import Emulator
from tests.e2e.calls.placed_calls import Run, patient_emulator, run_in, write_scripts


@pytest.fixture
def here(tmp_path: Path) -> Path:
    write_scripts(tmp_path)
    return tmp_path


@pytest.fixture
def run(here: Path) -> Run:
    return partial(run_in, here)


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with patient_emulator() as server:
        yield server
