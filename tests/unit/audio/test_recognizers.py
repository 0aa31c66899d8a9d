"""Programs that find the words of speech."""

from __future__ import annotations

from pathlib import Path

import pytest

from nccodsl.audio.recognizers import recognizer
from nccodsl.errors import UsageError


def program(folder: Path, text: str) -> str:
    path = folder / "recognize"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return f"command:{path} one 'two three'"


def test_a_program_gets_a_wav_file(tmp_path: Path) -> None:
    found = recognizer(program(tmp_path, 'echo " $2" "$(head -c 48 | od -An -tx1 | tr -d " \\n") "'))
    words, header = found(b"\x01\x02", 24_000).rsplit(" ", 1)
    assert words == "two three"
    assert header.startswith("52494646")  # RIFF
    assert header.endswith("0102")
    assert "c05d0000" in header  # 24,000


def test_what_a_program_says_of_a_failure_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the recognizer failed: no model"):
        recognizer(program(tmp_path, "echo 'no model' >&2; exit 3"))(b"", 8000)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("vosk", "is not a recognizer"),
        ("command:", "is not a recognizer"),
        ("whisper:x", "is not a recognizer"),
        ("command:no-such-program-here", "is not in the PATH"),
        ("command:'", "is not a command"),
    ],
)
def test_names(name: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        recognizer(name)


def test_vosk_is_named_where_it_is_missing() -> None:
    with pytest.raises(UsageError, match=r"pip install vosk|not the folder of a Vosk model"):
        recognizer("vosk:no-such-model")
