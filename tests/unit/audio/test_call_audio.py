"""The sound of emulated calls: everything at its time, on the right side."""

from __future__ import annotations

import wave
from io import BytesIO
from typing import Any

import numpy as np
import pytest

import nccodsl
from nccodsl.audio.call_audio import CallAudio, audible_legs, call_audio, call_mp3
from nccodsl.audio.engine_voices import Voices
from nccodsl.audio.entry_waves import entry_waves
from nccodsl.audio.espeak_engine import EspeakEngine
from nccodsl.audio.wav_file import stereo_wav
from nccodsl.emulator.core.sound_files import MP3_FRAME, MP3_SAMPLES, RATE
from nccodsl.emulator.core.timeline import Emulated
from nccodsl.emulator.core.waves import LOUDEST
from nccodsl.emulator.personas.persona import read_cast
from nccodsl.rehearsal.stage import Stage
from nccodsl.voice.languages import languages
from tests.unit.audio.hearing import decoded, loud

MENU = """step main {
  talk "Welcome. Press one, two or three, and then the hash key." barge_in=true
  input dtmf max_digits=4 submit_on_hash=true { otherwise { talk "Thank you." } }
}
"""


@pytest.fixture(scope="module")
def voices() -> Voices:
    return Voices(EspeakEngine())


def played(script: str, cast: Any, voices: Voices) -> Emulated:
    flow = nccodsl.load(script, name="a.call")
    stage = Stage(flow, cast=read_cast(cast), seconds_to_say=voices.seconds)
    stage.begin()
    return stage.finish()


def test_keys_can_be_read_by_others(voices: Voices) -> None:
    cast = {"does": [{"hears": "hash key", "press": "31#"}]}
    call = played(MENU, cast, voices)
    sound = call_audio(call, voices)
    (pressed,) = call.timeline.of("presses")
    assert decoded(sound.said) == "31#"
    assert decoded(sound.heard) == ""
    assert not loud(sound.said, 0.0, pressed.at - 0.01)


def test_prompts_stand_where_the_timeline_has_them(voices: Voices) -> None:
    call = played(MENU, {}, voices)
    sound = call_audio(call, voices)
    for entry in call.timeline.of("hears"):
        assert entry.until is not None
        assert loud(sound.heard, entry.at, entry.until)
        assert entry.until - entry.at == pytest.approx(voices.sound(entry.audible).size / RATE, abs=0.001)
    ends = [entry.until or 0.0 for entry in call.timeline.of("hears")]
    assert not loud(sound.heard, ends[0] + 0.01, max(entry.at for entry in call.timeline.of("hears")) - 0.01)
    assert not loud(sound.said, 0.0, call.seconds)


def test_an_interrupted_prompt_is_cut(voices: Voices) -> None:
    call = played(MENU, {"does": [{"hears": "welcome", "press": "1#", "interrupt": True}]}, voices)
    (prompt, *_) = call.timeline.of("hears")
    sound = call_audio(call, voices)
    assert prompt.cut
    assert prompt.until is not None
    assert prompt.until - prompt.at < voices.sound(prompt.audible).size / RATE - 1.0
    assert not loud(sound.heard, prompt.until, prompt.until + 0.05)


@pytest.mark.parametrize("language", sorted(languages().tts))
def test_every_language_has_a_voice(voices: Voices, language: str) -> None:
    assert voices.seconds("1, 2, 3.", language) > 0.3


def test_ssml_is_heard(voices: Voices) -> None:
    one, three = (voices.seconds(f'<speak>One <break time="{time}s"/> two.</speak>', "en-GB") for time in (1, 3))
    assert three - one == pytest.approx(2.0, abs=0.02)
    slow, fast = (
        voices.seconds(f'<speak><prosody rate="{r}">One, two.</prosody></speak>', "en-GB") for r in ("slow", "fast")
    )
    assert slow > 1.2 * fast


def test_the_pace_is_that_of_the_estimate(voices: Voices) -> None:
    text = "Please enter the number of the account that you would like to hear about and then press the hash key"
    assert 150 < 60 * len(text.split()) / voices.seconds(text, "en-US") < 180


def test_a_wav_file_has_both_sides() -> None:
    seconds = np.arange(RATE) / RATE
    audio = CallAudio(heard=np.sin(seconds).astype(np.float32), said=np.zeros(RATE, np.float32))
    with wave.open(BytesIO(stereo_wav(audio))) as read:
        assert (read.getnchannels(), read.getsampwidth(), read.getframerate()) == (2, 2, RATE)
        both = np.frombuffer(read.readframes(RATE), "<i2").reshape(-1, 2)
    assert not both[:, 0].any()
    assert both[-1, 1] == round(float(np.sin(seconds)[-1]) * 32767)


def test_a_picture_of_a_call_shows_what_is_heard_when_it_is(voices: Voices) -> None:
    call = played(MENU, {"does": [{"hears": "hash key", "press": "31#"}]}, voices)
    entries, waves = call.in_order(), entry_waves(call, voices)
    shown = [(entry.kind, one) for entry, one in zip(entries, waves, strict=True) if one is not None]
    assert [kind for kind, _ in shown] == ["hears", "hears"]
    sound = call_audio(call, voices).heard
    for entry, (_, picture) in zip(call.timeline.of("hears"), shown, strict=True):
        assert entry.until is not None
        assert picture.seconds == pytest.approx(entry.until - entry.at, abs=0.001)
        for at in (0.1, 0.5, 0.9):
            begin = at * picture.seconds
            first = round((entry.at + begin) * RATE)
            peak = np.abs(sound[first : first + RATE // 10]).max() * LOUDEST
            assert picture.loudest(begin, begin + 0.1) == pytest.approx(peak, abs=0.2 * LOUDEST)


def test_ringing_repeats_in_a_picture(voices: Voices) -> None:
    call = played('connect phone "14155550102" timeout=20s', {"outcome": "timeout"}, voices)
    ((entry, ringing),) = (
        (entry, one)
        for entry, one in zip(call.in_order(), entry_waves(call, voices), strict=True)
        if entry.data.get("sound") == "tone"
    )
    assert entry.until is not None
    assert ringing is not None
    assert ringing.repeats
    assert ringing.loudest(6.0, 7.0) > 0
    assert ringing.loudest(9.0, 11.0) == 0


def test_a_call_as_mp3_lasts_as_long_as_the_call(voices: Voices) -> None:
    call = played(MENU, {}, voices)
    frames = sum(map(len, call_mp3(call, voices))) / MP3_FRAME
    assert frames * MP3_SAMPLES / RATE == pytest.approx(call.seconds + 0.5, abs=0.2)
    part = b"".join(call_mp3(call, voices, call.legs[0].name, 2.0))
    assert len(part) / MP3_FRAME * MP3_SAMPLES / RATE == pytest.approx(2.0, abs=0.2)


def test_a_leg_that_hears_and_says_nothing_has_no_sound(voices: Voices) -> None:
    call = played('talk "Hello"\nconnect phone "14155550102" timeout=20s', {"outcome": "busy"}, voices)
    assert audible_legs(call) == [True, False]
