"""The files that keep the sound of WebSocket legs."""

from __future__ import annotations

import gc
import random
import tempfile
from pathlib import Path
from typing import Any

import pytest

from nccodsl.emulator.http.tapes import FileTape
from nccodsl.emulator.http.web_sockets import SocketUse, WebSockets

PIECE = 30_000
"""Bytes; a tape writes when it has some more than two of them."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_what_is_kept_can_be_read_from_file_and_memory() -> None:
    chance, tape, kept = random.Random(1), FileTape(16_000), b""
    for _ in range(20):
        piece = chance.randbytes(chance.randrange(PIECE))
        tape.add(piece)
        kept += piece
        begin = chance.randrange(len(kept) + 1)
        end = chance.randrange(begin, len(kept) + 1000)
        assert tape.clip(begin, end).read() == kept[begin:end]
    early = tape.clip(0, 10**9)
    tape.add(b"more")
    assert early.read() == kept
    assert (early.rate, tape.clip(0, 0).read()) == (16_000, b"")


def test_a_short_tape_needs_no_file(folder: Path) -> None:
    tape = FileTape(8000)
    tape.add(bytes(PIECE))
    assert list(folder.iterdir()) == []


def test_the_file_goes_with_the_last_clip(folder: Path) -> None:
    tape = FileTape(8000)
    tape.add(b"\1" * 3 * PIECE)
    clip = tape.clip(10, 20)
    del tape
    gc.collect()
    assert len(list(folder.iterdir())) == 1
    assert clip.read() == b"\1" * 10
    del clip
    gc.collect()
    assert list(folder.iterdir()) == []


def test_files_are_removed_when_the_emulator_ends(folder: Path) -> None:
    """A process that a signal ends, as it does a server, removes nothing itself."""
    sockets = WebSockets(_nothing(), SocketUse())
    tape = sockets.tape(8000)
    tape.add(b"\1" * 3 * PIECE)
    clip = tape.clip(0, 10)
    sockets.remove_tapes()
    assert list(folder.iterdir()) == []
    tape.add(b"\1" * 3 * PIECE)
    assert clip.read() == tape.clip(0, 10).read() == b""
    assert list(folder.iterdir()) == []


def _nothing() -> Any:
    return None


@pytest.mark.parametrize("when", ["at the beginning", "later"])
def test_a_full_disk_ends_the_tape_and_nothing_else(when: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tape = FileTape(8000)
    if when == "later":
        tape.add(b"\1" * 3 * PIECE)
    kept = tape.clip(0, 10**9).read()

    def full(*_args: Any, **_options: Any) -> Any:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(tempfile, "mkstemp", full)
        patched.setattr(Path, "open", full)
        tape.add(b"\2" * 3 * PIECE)
    tape.add(b"\3" * 3 * PIECE)
    assert tape.clip(0, 10**9).read() == kept
