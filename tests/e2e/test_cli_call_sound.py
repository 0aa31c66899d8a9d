"""`nccodsl call --emulate` with `--audio`, `--timing` and `--voice-engine`, and `nccodsl emulator` with the latter."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import soundfile

from nccodsl.audio import installed
from nccodsl.audio.espeak_engine import EspeakEngine
from nccodsl.audio.spoken_files import SpokenFiles
from nccodsl.cli.emulator import EmulatorOptions, _application, _voices
from nccodsl.emulator.core.application import TONES_FOR_SPEECH, estimated_seconds
from tests.e2e.in_process import invoke

HELLO = "call {\n  to phone 14155550101\n  from phone 14155550100\n}\n"
ENGLISH = HELLO + 'talk "Hello and welcome to our call."\n'
FILIPINO = (
    HELLO + 'talk "Magandang umaga." language=fil-PH\ntalk "Salamat." language=fil-PH\ntalk "Bonjour." language=fr-CA\n'
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.call").write_text(ENGLISH)
    (tmp_path / "b.call").write_text(FILIPINO)
    return tmp_path


def seconds(shown: str) -> float:
    found = re.search(r"completed after ([\d.]+) s", shown)
    assert found is not None
    return float(found[1])


def test_the_call_as_a_file(folder: Path) -> None:
    result = invoke("call", "a.call", "--emulate", "--audio", "call.wav")
    assert (result.exit_code, result.stderr) == (0, "wrote the sound to call.wav\n")
    about = soundfile.info(folder / "call.wav")
    assert (about.channels, about.samplerate, about.subtype) == (2, 16_000, "PCM_16")
    # Half a second follows the end of the call.
    assert about.duration == pytest.approx(seconds(result.stdout) + 0.5, abs=0.06)


def test_a_language_without_a_voice_is_told_once() -> None:
    note = "note: no voice speaks fil-PH; its texts are in the voice for id\n"
    result = invoke("call", "b.call", "--emulate", "--audio", "call.wav")
    assert result.stderr == f"wrote the sound to call.wav\n{note}"
    assert invoke("call", "b.call", "--emulate", "--timing", "measured").stderr == note
    assert invoke("call", "b.call", "--emulate").stderr == ""


def test_timing() -> None:
    spoken = EspeakEngine().say("Hello and welcome to our call.", "en-US")
    exact = len(spoken.samples) / spoken.rate
    measured = invoke("call", "a.call", "--emulate", "--timing", "measured")
    with_sound = invoke("call", "a.call", "--emulate", "--audio", "call.wav")
    estimated = invoke("call", "a.call", "--emulate", "--audio", "call.wav", "--timing", "estimate")
    # It is answered after 2.5 s.
    assert seconds(measured.stdout) == seconds(with_sound.stdout) == pytest.approx(2.5 + exact, abs=0.06)
    estimate = estimated_seconds("Hello and welcome to our call.", "en-US")
    assert seconds(estimated.stdout) == pytest.approx(2.5 + estimate, abs=0.06)
    assert abs(estimate - exact) > 0.1


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--emulate", "--audio", "a.wav", "--voice-engine", "say"), "`say` is not a voice engine"),
        (("--emulate", "--audio", "a.wav", "--voice-engine", "piper:x"), "pip install piper-tts"),
        (("--audio", "a.wav"), "--audio requires --emulate"),
        (("--timing", "measured"), "--timing requires --emulate"),
    ],
)
def test_wrong_usage(options: tuple[str, ...], told: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    result = invoke("call", "a.call", *options)
    assert result.exit_code == 2
    assert told in result.output


@pytest.mark.parametrize(
    "words",
    [
        ("call", "a.call", "--emulate", "--audio", "a.wav"),
        ("emulator", "--accept-any-token", "--timing", "measured"),
        ("emulator", "--accept-any-token", "--voice-engine", "espeak"),
    ],
)
def test_without_the_extra(words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "LIBRARIES", ("no_such_library",))
    result = invoke(*words)
    assert result.exit_code == 2
    assert "pip install 'nccodsl[audio]'" in result.output


def test_the_emulator() -> None:
    """What the command makes of its options."""
    settings = {**dict.fromkeys(EmulatorOptions._fields), "leg_days": 2, "after_connect": "continue"}
    plain = _application(given := EmulatorOptions(**{**settings, "timing": "estimate"}), _voices(given))
    assert (plain.recorded, plain.seconds_to_say) == (TONES_FOR_SPEECH, estimated_seconds)
    named = _application(
        given := EmulatorOptions(**{**settings, "timing": "estimate", "voice_engine": "espeak"}), _voices(given)
    )
    assert isinstance(named.recorded, SpokenFiles)
    assert named.seconds_to_say is estimated_seconds
    measured = _application(given := EmulatorOptions(**{**settings, "timing": "measured"}), _voices(given))
    assert isinstance(measured.recorded, SpokenFiles)
    spoken = EspeakEngine().say("Hello", "en-GB")
    assert measured.seconds_to_say("Hello", "en-GB") == pytest.approx(len(spoken.samples) / spoken.rate, abs=0.001)
