"""`--voice-engine`: who says texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from nccodsl.errors import UsageError

if TYPE_CHECKING:
    from nccodsl.audio.engine_voices import Voices


def voices_of(engine: str | None) -> Voices:
    """The voices of an engine, by default espeak-ng. Raises click.UsageError where they cannot be used."""
    from nccodsl.audio.installed import has_audio

    if not has_audio():
        raise click.UsageError("sound needs the extra `audio`: run `pip install 'nccodsl[audio]'`.")
    from nccodsl.audio.engine_voices import Voices
    from nccodsl.audio.engines import speech_engine

    try:
        return Voices(speech_engine(engine))
    except UsageError as reason:
        raise click.UsageError(f"{reason}.") from None
