"""Piper, a neural voice that runs on this machine: the command `piper` with the model of a voice.

It knows no SSML: the words are said, without the pauses.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from nccodsl.audio.pcm import samples_of
from nccodsl.audio.speech_engine import Spoken
from nccodsl.base.strict_json import read_strict_json
from nccodsl.emulator.personas.speech_length import spoken_words
from nccodsl.errors import UsageError

_SECONDS = 120.0


class PiperEngine:
    """One voice, whatever the language. Raises UsageError where the command or the model is missing."""

    def __init__(self, model: str) -> None:
        program = shutil.which("piper")
        if program is None:
            raise UsageError("the command `piper` is not in the PATH: install it with `pip install piper-tts`")
        self._command = [program, "--model", model, "--output-raw"]
        try:
            about = read_strict_json(Path(f"{model}.json").read_bytes())
            self._rate = int(about["audio"]["sample_rate"])
            self._voice = str(about.get("language", {}).get("code", Path(model).stem))
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            raise UsageError(f"{model}.json does not say its sample rate: download it with the model") from None

    def say(self, text: str, _language: str) -> Spoken:
        """A text. Raises UsageError where piper fails."""
        words = spoken_words(text)
        try:
            done = subprocess.run(
                self._command, input=words.encode(), capture_output=True, timeout=_SECONDS, check=True
            )
        except (OSError, subprocess.SubprocessError) as error:
            told = (getattr(error, "stderr", None) or b"").decode("utf-8", "replace").strip().splitlines()
            raise UsageError(f"piper failed: {(told or [str(error)])[-1][:300]}") from None
        return Spoken(samples_of(done.stdout), self._rate, self._voice)
