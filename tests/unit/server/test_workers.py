"""Where a system lacks what workers need, that is said."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from nccodsl.server.refusals import CannotServe
from nccodsl.server.workers import Workers, _words


def test_without_shared_ports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(socket, "SO_REUSEPORT", raising=False)
    with pytest.raises(CannotServe, match="this system cannot serve with several workers") as refused:
        Workers(2, "127.0.0.1", 0, tmp_path)
    assert refused.value.code == "E802"


@pytest.mark.parametrize(("code", "words"), [(0, "with exit code 0"), (-9, "by SIGKILL"), (-200, "by signal 200")])
def test_how_a_process_has_ended(code: int, words: str) -> None:
    assert _words(code) == words
