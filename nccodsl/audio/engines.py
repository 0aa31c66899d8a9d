"""Speech engines by name."""

from __future__ import annotations

from importlib.util import find_spec

from nccodsl.audio.speech_engine import SpeechEngine
from nccodsl.errors import UsageError

LIBRARIES = ("espeakng_loader", "numpy", "soxr")
"""What the extra `audio` installs."""


def has_audio() -> bool:
    """Whether the extra `audio` is installed."""
    return all(find_spec(name) is not None for name in LIBRARIES)


def default_engine() -> SpeechEngine:
    """espeak-ng. Raises UsageError where its library cannot be loaded."""
    from nccodsl.audio.espeak_engine import EspeakEngine

    try:
        return EspeakEngine()
    except OSError as error:
        raise UsageError(f"espeak-ng cannot be loaded: {error}") from None
