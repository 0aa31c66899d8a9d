"""Texts as sound, and what is told of languages without a voice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from nccodsl.audio.engine_voices import Voices
from nccodsl.audio.espeak_engine import EspeakEngine
from nccodsl.audio.speech_engine import Spoken
from nccodsl.voice.languages import languages


class Counting:
    """Says as many samples as a text has letters, in the voice en_GB."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, text: str, language: str) -> Spoken:
        self.said.append(text)
        return Spoken(np.ones(1000 * len(text), np.float32), 16_000, "en_GB")


def test_a_text_is_said_once() -> None:
    engine = Counting()
    voices = Voices(engine)
    assert voices.seconds("12345678", "en-GB") == 0.5
    assert len(voices.say("12345678", "en-GB")) == 8000
    assert engine.said == ["12345678"]


def test_lengths_are_kept_longer_than_sound() -> None:
    engine = Counting()
    voices = Voices(engine)
    for _ in range(2):
        for number in range(200):
            voices.seconds(str(number), "en-GB")
    assert len(engine.said) == 200


def test_languages_that_another_voice_says() -> None:
    voices = Voices(Counting())
    for language in ("en-GB", "en-AU", "fr-FR"):
        voices.say("Hello", language)
    assert voices.others == {"fr-FR": "en_GB"}


def test_which_languages_of_the_platform_have_no_voice() -> None:
    voices = Voices(EspeakEngine())
    for language in languages().tts:
        voices.say("1", language)
    assert voices.others == {"fil-PH": "id", "gl-ES": "es"}


def test_a_text_sounds_the_same_whatever_was_said_before() -> None:
    texts = [
        ("Hello", "en-GB"),
        ("Hello", "en-US"),
        ("你好", "cmn-CN"),
        ('<speak>One <prosody rate="x-slow">two</prosody> <break time="1s"/></speak>', "en-GB"),
    ]
    engine = EspeakEngine()
    first = [engine.say(*text).samples for text in texts]
    for _ in range(2):
        # Another order each time.
        texts.reverse()
        first.reverse()
        for text, samples in zip(texts, first, strict=True):
            assert np.array_equal(engine.say(*text).samples, samples)


def test_several_threads_may_speak() -> None:
    engine = EspeakEngine()
    with ThreadPoolExecutor(8) as pool:
        lengths = list(pool.map(lambda number: len(engine.say(f"Number {number % 4}", "en-GB").samples), range(40)))
    assert len({lengths[number] for number in range(0, 40, 4)}) == 1


@pytest.mark.parametrize(
    ("language", "voice"),
    [
        ("en-GB", "en-gb"),
        ("en-US", "en-us"),
        ("en-AU", "en-gb"),
        ("en-GB-SCT", "en-gb-scotland"),
        ("es-MX", "es-419"),
        ("es-US", "es-419"),
        ("es-ES", "es"),
        ("fr-CA", "fr-fr"),
        ("no-NO", "nb"),
        ("pt-PT", "pt"),
        ("cmn-TW", "cmn"),
        ("xx-XX", "en-us"),
    ],
)
def test_the_nearest_voice(language: str, voice: str) -> None:
    assert EspeakEngine().voice_for(language) == voice
