"""The sound of the call of a page, where the extra `audio` is installed."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from nccodsl.audio.installed import has_audio
from nccodsl.editor.heard_call import heard_call
from nccodsl.editor.page_answers import Refused, problem_of
from nccodsl.errors import UsageError
from nccodsl.lsp.own_request import OwnRequest
from nccodsl.lsp.sliced import Slices

if TYPE_CHECKING:
    from nccodsl.audio.engine_voices import Voices

_MOST_SECONDS = 600.0
"""Of a call that are heard: 3.2 MB of an answer."""


def call_sound(asked: OwnRequest) -> Slices[Any]:
    """The answer to `nccodsl/callSound`: `CallSound` of web/src/protocol.ts."""
    try:
        voices = _voices()
        heard = heard_call(asked.script, asked.params.members, voices.seconds)
        from nccodsl.audio.call_audio import call_mp3

        parts = []
        for part in call_mp3(heard.call, voices, most=_MOST_SECONDS):
            parts.append(part)
            yield
    except Refused as error:
        return {"mp3": None, "times": [], "problem": problem_of(error)["problem"]}
    return {
        "mp3": b64encode(b"".join(parts)).decode(),
        "times": [round(time, 3) for time in heard.times],
        "problem": None,
    }


def _voices() -> Voices:
    """Who speaks. Raises UsageError."""
    if not has_audio():
        raise UsageError("sound needs the extra `audio`: run `pip install 'nccodsl[audio]'`")
    return _loaded()


@lru_cache(maxsize=1)
def _loaded() -> Voices:
    """The voice is loaded once. Raises UsageError."""
    from nccodsl.audio.engine_voices import Voices
    from nccodsl.audio.engines import speech_engine

    return Voices(speech_engine(None))
