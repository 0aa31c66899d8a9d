"""Recordings: their size is known before they are made, they hold each side in its channel, and others can read them."""

from __future__ import annotations

import io
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
import soundfile

from nccodsl.audio.engine_voices import Voices
from nccodsl.audio.espeak_engine import EspeakEngine
from nccodsl.audio.spoken_files import SpokenFiles
from nccodsl.audio.tones import tone
from nccodsl.emulator.core.audible import INAUDIBLE, Pcm, SpokenText
from nccodsl.emulator.core.sound_files import RATE, SoundFile, content, file_of_speech
from nccodsl.emulator.core.timeline import TimelineEntry
from tests.unit.audio.hearing import decoded, loud


@pytest.fixture(scope="module")
def files() -> SpokenFiles:
    return SpokenFiles(Voices(EspeakEngine()))


def entry(at: float, kind: str, until: float | None = None, audible: Any = None, **data: Any) -> TimelineEntry:
    made = TimelineEntry(at, "a leg", kind, "", data)
    made.until, made.audible = until, audible
    return made


def heard(files: SpokenFiles, file: SoundFile) -> Any:
    """The samples of a file, as libsndfile reads it: a column for each channel."""
    samples, rate = soundfile.read(io.BytesIO(b"".join(files.content(file))), always_2d=True)
    assert rate == RATE
    return samples


@pytest.mark.parametrize("form", ["wav", "mp3", "ogg"])
@pytest.mark.parametrize("channels", [1, 2, 3])
@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.036, 0.0361, 1.0, 3.7, 25.3])
def test_the_size_is_true(files: SpokenFiles, form: str, channels: int, seconds: float) -> None:
    entries = (entry(0.2, "presses", keys="12"), entry(0.5, "hears", 9.0, SpokenText("Hello.", "en-GB"), loops=3))
    file = SoundFile("u", form, seconds, channels, entries)
    assert len(b"".join(files.content(file))) == files.size(file)


def test_mp3_frames_are_equally_long(files: SpokenFiles) -> None:
    data = b"".join(files.content(SoundFile("u", "mp3", 5.0, 1, (entry(0.0, "hears", sound="stream"),))))
    # MPEG-2 layer III, 32 kbit/s, 16 kHz: 144 bytes each.
    assert {data[at : at + 3] for at in range(0, len(data), 144)} == {b"\xff\xf3\x48"}


@pytest.mark.parametrize("form", ["wav", "mp3"])
def test_each_side_has_its_channel(files: SpokenFiles, form: str) -> None:
    prompt = entry(0.0, "hears", 2.0, SpokenText("Please press some keys.", "en-GB"), sound="talk", loops=1)
    file = SoundFile("u", form, 4.0, 2, (prompt, entry(2.5, "presses", keys="73#")))
    sound = heard(files, file)
    assert sound.shape[1] == 2
    assert decoded(sound[:, 0]) == "73#"
    assert decoded(sound[:, 1]) == ""
    assert loud(sound[:, 1], 0.2, 1.5)
    assert not loud(sound[:, 0], 0.2, 2.3)
    assert not loud(sound[:, 1], 2.3, 4.0)


def test_each_participant_has_a_channel_and_the_last_has_the_rest(files: SpokenFiles) -> None:
    entries = (
        entry(0.0, "presses", keys="1"),
        entry(1.0, "hears", 2.0, SpokenText("I am the first.", "en-GB"), **{"from": "x"}),
        entry(3.0, "hears", 4.0, SpokenText("I am the second.", "en-GB"), **{"from": "y"}),
        entry(5.0, "hears", 6.0, SpokenText("I am the first.", "en-GB"), **{"from": "x"}),
        entry(7.0, "hears", 8.0, sound="stream"),
    )

    def told(channels: int) -> list[list[int]]:
        """For each channel the seconds that something is heard in."""
        sound = heard(files, SoundFile("u", "wav", 9.0, channels, entries))
        assert sound.shape[1] == channels
        return [[at for at in (0, 1, 3, 5, 7) if loud(sound[:, number], at, at + 1)] for number in range(channels)]

    assert told(1) == [[0, 1, 3, 5, 7]]
    assert told(2) == [[0], [1, 3, 5, 7]]
    assert told(3) == [[0], [1, 5], [3, 7]]
    assert told(5) == [[0], [1, 5], [3], [], [7]]


def test_it_is_cut_to_the_time_of_the_recording(files: SpokenFiles) -> None:
    whole = SpokenText("One, two, three, four, five, six, seven, eight, nine, ten.", "en-GB")
    entries = (entry(10.0, "hears", 20.0, whole, sound="talk", loops=1),)
    all_of_it = heard(files, SoundFile("u", "wav", 4.0, 1, entries, began=10.0))[:, 0]
    later = heard(files, SoundFile("u", "wav", 2.0, 1, entries, began=12.0))[:, 0]
    assert np.array_equal(later, all_of_it[2 * RATE :])
    before = heard(files, SoundFile("u", "wav", 2.0, 1, entries, began=9.0))[:, 0]
    assert np.array_equal(before[RATE:], all_of_it[:RATE])
    assert not before[:RATE].any()


def test_what_was_interrupted_ends_there(files: SpokenFiles) -> None:
    said = SpokenText("This goes on for quite a while, if you let it.", "en-GB")
    sound = heard(files, SoundFile("u", "wav", 3.0, 1, (entry(0.0, "hears", 1.0, said, sound="talk", loops=1),)))[:, 0]
    assert loud(sound, 0.5, 1.0)
    assert not loud(sound, 1.0, 3.0)


def test_an_entry_may_bring_its_own_sound(files: SpokenFiles) -> None:
    """16 bits a sample at some rate, whoever said it."""
    own = (tone((1000,), 1.0, 8000) * 32767).astype("<i2").tobytes()
    sound = heard(files, SoundFile("u", "wav", 2.0, 1, (entry(0.5, "says", 1.5, Pcm(own, 8000)),)))[:, 0]
    spectrum = np.abs(np.fft.rfft(sound[RATE // 2 : 3 * RATE // 2]))
    assert int(spectrum.argmax()) == 1000
    assert not loud(sound, 0.0, 0.49)
    assert not loud(sound, 1.51, 2.0)


def test_silence_where_nothing_comes_through(files: SpokenFiles) -> None:
    entries = (entry(0.0, "says", 1.0, INAUDIBLE, text="Hello"), entry(0.0, "hears", 1.0, INAUDIBLE, sound="stream"))
    assert not heard(files, SoundFile("u", "wav", 2.0, 2, entries)).any()


def test_music_without_end_takes_no_room(files: SpokenFiles) -> None:
    file = SoundFile("u", "wav", 7200.0, 1, (entry(0.0, "hears", sound="stream", loops=0),))
    parts = files.content(file)
    longest = max(len(next(parts)) for _ in range(5))
    assert longest == 2 * 10 * RATE
    assert files.size(file) == 44 + 2 * 7200 * RATE


def test_speech_by_itself(files: SpokenFiles) -> None:
    assert loud(heard(files, file_of_speech("u", 2.0, "Good morning.", "en-GB"))[:, 0], 0.1, 1.0)


def test_ogg_stays_silent(files: SpokenFiles) -> None:
    file = SoundFile("u", "ogg", 2.0, 1, (entry(0.0, "says", 1.0, SpokenText("Hello", "en-GB"), text="Hello"),))
    assert list(files.content(file)) == list(content(file))


def test_nothing_is_loaded_before_a_file_is_wanted() -> None:
    code = (
        "import sys, nccodsl.emulator.http.host as h; h.Emulator(); "
        "print(sorted({'numpy', 'soxr', 'lameenc', 'espeakng_loader'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
