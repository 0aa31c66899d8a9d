"""espeak-ng through the library and data that `espeakng-loader` brings: it works without a network.

espeak-ng is under the GPL, version 3: it is a package of its own, which the extra `audio` installs.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import espeakng_loader

from nccodsl.audio.pcm import samples_of
from nccodsl.audio.speech_engine import Spoken, language_base
from nccodsl.voice.forms import is_ssml

if sys.platform == "win32":
    from _ctypes import FreeLibrary as _unload
else:
    from _ctypes import dlclose as _unload

_RATE_PARAMETER, _RATE = 1, 120
"""At this pace, it says some 165 words of running English a minute, which the estimate assumes; by default, 240."""
_RETRIEVAL = 2  # AUDIO_OUTPUT_SYNCHRONOUS: samples are given to a callback
_UTF8, _SSML = 1, 0x10
_NEAREST = {
    "en-gb-sct": "en-gb-scotland",
    "es-co": "es-419",
    "es-us": "es-419",
    # No voice speaks these: voices that read the letters in nearly the same way.
    "fil": "id",
    "gl": "es",
}
_DEFAULT = "en-us"
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class _Voice(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_void_p),
        ("identifier", ctypes.c_char_p),
        ("gender", ctypes.c_ubyte),
        ("age", ctypes.c_ubyte),
        ("variant", ctypes.c_ubyte),
        ("xx1", ctypes.c_ubyte),
        ("score", ctypes.c_int),
        ("spare", ctypes.c_void_p),
    )


class EspeakEngine:
    """The same text always makes the same samples. Raises OSError where the library or its data cannot be read."""

    def __init__(self) -> None:
        with _loaded() as (library, _):
            self._voices = _voices(library)

    def say(self, text: str, language: str) -> Spoken:
        """A text in the nearest voice."""
        voice = self.voice_for(language)
        data = text.encode()
        flags = _UTF8 | (_SSML if is_ssml(text) else 0)
        heard: list[bytes] = []

        def take(samples: Any, count: int, _events: Any) -> int:
            if count > 0:
                heard.append(ctypes.string_at(samples, 2 * count))
            return 0

        callback = _CALLBACK(take)
        with _loaded() as (library, rate):
            library.espeak_SetVoiceByName(voice.encode())
            library.espeak_SetSynthCallback(callback)
            library.espeak_Synth(data, ctypes.c_size_t(len(data) + 1), 0, 1, 0, flags, None, None)
            library.espeak_Synchronize()
        return Spoken(samples_of(b"".join(heard)), rate, voice)

    def voice_for(self, language: str) -> str:
        """The voice of a language of the platform: its own, one of the same language, or the nearest."""
        wanted = language.casefold().replace("_", "-")
        base = language_base(language)
        for candidate in (wanted, base):
            candidate = _NEAREST.get(candidate, candidate)
            if candidate in self._voices:
                return self._voices[candidate]
        return _DEFAULT


_LOCK = Lock()


@contextmanager
def _loaded() -> Iterator[tuple[Any, int]]:
    """The library as it is at first, and the samples of a second.

    What it has said changes what it says next: the pace after SSML, and a voice after another one. So it is loaded for
    each text, which takes about 5 ms.
    """
    with _LOCK:
        library = ctypes.CDLL(espeakng_loader.get_library_path())
        try:
            rate = library.espeak_Initialize(_RETRIEVAL, 0, espeakng_loader.get_data_path().encode(), 0)
            if rate < 0:
                raise OSError("espeak-ng cannot read its data")
            library.espeak_SetParameter(_RATE_PARAMETER, _RATE, 0)
            yield library, rate
            library.espeak_Terminate()
        finally:
            _unload(library._handle)


def _voices(library: Any) -> dict[str, str]:
    """By language the name of its best voice, which is the first language of that."""
    library.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(_Voice))
    listed = library.espeak_ListVoices(None)
    best: dict[str, tuple[int, str]] = {}
    number = 0
    while listed[number]:
        spoken = list(_languages(listed[number].contents.languages))
        for priority, language in spoken:
            best[language] = min(best.get(language, (priority + 1, "")), (priority, spoken[0][1]))
        number += 1
    return {language: voice for language, (_, voice) in best.items()}


def _languages(at: int) -> Iterator[tuple[int, str]]:
    """The languages of a voice: for each a priority of one byte (lower is better) and a name; a zero ends them."""
    while priority := ctypes.string_at(at, 1)[0]:
        name = ctypes.string_at(at + 1)
        yield priority, name.decode()
        at += 1 + len(name) + 1
