"""Where things are kept from one start to the next."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from nccodsl.io.folders import STATE_VARIABLE, named_state_folder, state_folder


def test_the_environment_may_name_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(STATE_VARIABLE, str(tmp_path))
    assert state_folder() == named_state_folder() == tmp_path
    assert state_folder({STATE_VARIABLE: "/elsewhere"}) == Path("/elsewhere")


@pytest.mark.parametrize("environ", [{}, {STATE_VARIABLE: ""}])
def test_otherwise_it_is_the_users_own(environ: dict[str, str]) -> None:
    assert named_state_folder(environ) is None
    assert state_folder(environ) == Path(platformdirs.user_state_dir("nccodsl", appauthor=False))
