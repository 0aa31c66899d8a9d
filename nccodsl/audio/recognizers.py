"""Who finds the words in speech: a program, or Vosk with a model. Neither comes with nccodsl."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import wave
from collections.abc import Callable
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

from nccodsl.base.strict_json import read_strict_json
from nccodsl.errors import UsageError

Recognizer = Callable[[bytes, int], str]
"""The words in 16-bit PCM of one channel, with so many samples a second. Raises UsageError where it fails."""
_SECONDS = 30.0


def recognizer(name: str) -> Recognizer:
    """`command:PROGRAM` or `vosk:MODEL`. Raises UsageError where it cannot be used."""
    kind, _, value = name.partition(":")
    if kind == "command" and value.strip():
        return _command(value)
    if kind == "vosk" and value:
        return _vosk(value)
    raise UsageError(
        f"`{name}` is not a recognizer: write `command:PROGRAM`, which gets a WAV file and prints its words, "
        "or `vosk:MODEL` with the folder of a model"
    )


def _command(line: str) -> Recognizer:
    """A program that reads a WAV file from its standard input, and prints the words."""
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise UsageError(f"`{line}` is not a command: {error}") from None
    program = shutil.which(words[0])
    if program is None:
        raise UsageError(f"the command `{words[0]}` is not in the PATH")

    def recognize(pcm: bytes, rate: int) -> str:
        try:
            done = subprocess.run(
                [program, *words[1:]], input=_wav(pcm, rate), capture_output=True, timeout=_SECONDS, check=True
            )
        except (OSError, subprocess.SubprocessError) as error:
            told = (getattr(error, "stderr", None) or b"").decode("utf-8", "replace").strip().splitlines()
            raise UsageError(f"the recognizer failed: {(told or [str(error)])[-1][:300]}") from None
        return " ".join(done.stdout.decode("utf-8", "replace").split())

    return recognize


def _vosk(model: str) -> Recognizer:
    """Vosk, which runs on this machine; a model is a folder that is downloaded."""
    if find_spec("vosk") is None:
        raise UsageError("Vosk is not installed: run `pip install vosk`")
    if not Path(model).is_dir():
        raise UsageError(f"{model} is not the folder of a Vosk model")
    import vosk

    vosk.SetLogLevel(-1)
    try:
        loaded: Any = vosk.Model(model)
    except Exception as error:
        # Vosk raises nothing more specific.
        raise UsageError(f"Vosk cannot use {model}: {error}") from None

    def recognize(pcm: bytes, rate: int) -> str:
        heard = vosk.KaldiRecognizer(loaded, rate)
        heard.AcceptWaveform(pcm)
        return str(read_strict_json(heard.FinalResult().encode()).get("text", ""))

    return recognize


def _wav(pcm: bytes, rate: int) -> bytes:
    stream = BytesIO()
    with wave.open(stream, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(rate)
        written.writeframes(pcm)
    return stream.getvalue()
