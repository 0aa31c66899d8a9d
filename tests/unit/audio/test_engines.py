"""Voices by name: espeak-ng, and piper as a program."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from nccodsl.audio.engines import speech_engine
from nccodsl.errors import UsageError

PIPER = """#!/bin/sh
case "$*" in *broken*) echo "no such voice" >&2; exit 1;; esac
# Two samples for each letter.
tr -d '\\n' | sed 's/./\\x10\\x00\\x10\\x00/g'
"""


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = tmp_path / "piper"
    program.write_text(PIPER)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    about = {"audio": {"sample_rate": 22050}, "language": {"code": "en_GB"}}
    (tmp_path / "voice.onnx.json").write_text(json.dumps(about))
    return tmp_path / "voice.onnx"


def test_piper_says_the_words(model: Path) -> None:
    spoken = speech_engine(f"piper:{model}").say("<speak>Hello<break time='1s'/></speak>", "en-GB")
    assert (len(spoken.samples), spoken.rate, spoken.voice) == (2 * len("Hello"), 22050, "en_GB")


def test_what_piper_says_of_a_failure_is_told(model: Path) -> None:
    broken = model.with_name("broken.onnx")
    broken.with_name("broken.onnx.json").write_text('{"audio": {"sample_rate": 22050}}')
    with pytest.raises(UsageError, match="piper failed: no such voice"):
        speech_engine(f"piper:{broken}").say("Hello", "en-GB")


@pytest.mark.parametrize("about", ["{}", "[]", "", '{"audio": 5}', '{"audio": {"sample_rate": "x"}}'])
def test_a_model_says_how_many_samples_it_has(model: Path, about: str) -> None:
    model.with_name("voice.onnx.json").write_text(about)
    with pytest.raises(UsageError, match="does not say its sample rate"):
        speech_engine(f"piper:{model}")


@pytest.mark.parametrize("name", ["", "piper", "piper:", "espeak:x", "say"])
def test_other_names(name: str) -> None:
    if name == "":
        assert speech_engine(name).say("Hello", "en-GB").voice == "en-gb"
        return
    with pytest.raises(UsageError, match="is not a voice engine"):
        speech_engine(name)


def test_no_piper(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="pip install piper-tts"):
        speech_engine("piper:voice.onnx")
