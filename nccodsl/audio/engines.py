"""Speech engines by name."""

from __future__ import annotations

from nccodsl.audio.speech_engine import SpeechEngine
from nccodsl.errors import UsageError

ESPEAK = "espeak"


def speech_engine(name: str | None) -> SpeechEngine:
    """`espeak`, which is the default, or `piper:MODEL`. Raises UsageError where it cannot be used."""
    kind, _, model = (name or ESPEAK).partition(":")
    if kind == "piper" and model:
        from nccodsl.audio.piper_engine import PiperEngine

        return PiperEngine(model)
    if (kind, model) != (ESPEAK, ""):
        raise UsageError(f"`{name}` is not a voice engine: write `{ESPEAK}`, or `piper:MODEL` with the file of a voice")
    from nccodsl.audio.espeak_engine import EspeakEngine

    try:
        return EspeakEngine()
    except OSError as error:
        raise UsageError(f"espeak-ng cannot be loaded: {error}") from None
