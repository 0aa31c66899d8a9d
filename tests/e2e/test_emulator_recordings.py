"""Recordings of the emulator over HTTP: what is heard in them, and what happens while they are made."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import numpy as np
import pytest
import soundfile

from nccodsl.audio.engine_voices import Voices
from nccodsl.audio.speech_engine import Spoken
from nccodsl.audio.spoken_files import SpokenFiles
from nccodsl.emulator.core.application import Application
from nccodsl.emulator.http import host
from nccodsl.emulator.personas.persona import read_cast
from nccodsl.errors import UsageError
from tests.e2e.agents import running_agent
from tests.e2e.emulated_api import ANY, body, emulator
from tests.e2e.servers import Hooks, hooks
from tests.unit.audio.hearing import decoded, loud

MENU = {"action": "talk", "text": "Please press your number."}


@pytest.fixture
def told() -> Iterator[Hooks]:
    with hooks() as server:
        yield server


def recorded(server: Any, told: Hooks, ncco: list[dict[str, Any]]) -> dict[str, Any]:
    """The event of the recording of a call."""
    httpx.post(server.url + "/v1/calls", json=body(ncco, event_url=[told.url]), headers=ANY).raise_for_status()
    told.wait_for(lambda: "completed" in told.statuses())
    told.wait_for(lambda: [one for one in told.received if "recording_url" in one.json])
    event: dict[str, Any] = next(one.json for one in told.received if "recording_url" in one.json)
    return event


@pytest.mark.parametrize("form", ["wav", "mp3"])
def test_both_sides_are_heard(told: Hooks, form: str) -> None:
    record = {"action": "record", "format": form, "split": "conversation", "channels": 2}
    cast = read_cast({"does": [{"hears": "press", "press": "4711"}, {"after": 8, "say": "That was it."}]})
    wait = {"action": "input", "type": ["dtmf"], "dtmf": {"maxDigits": 10, "timeOut": 8}, "eventUrl": [told.url]}
    with emulator(cast=cast) as server:
        event = recorded(server, told, [record, MENU, wait])
        answer = httpx.get(event["recording_url"], headers=ANY)
    assert (answer.status_code, len(answer.content)) == (200, event["size"])
    assert answer.headers["content-type"] == {"wav": "audio/wav", "mp3": "audio/mpeg"}[form]
    sound, rate = soundfile.read(io.BytesIO(answer.content))
    assert (rate, sound.shape[1]) == (16_000, 2)
    assert decoded(sound[:, 0]) == "4711"
    assert loud(sound[:, 1], 0.2, 1.0)
    assert not loud(sound[:, 0], 0.0, 1.5)
    assert loud(sound[:, 0], 8.2, 9.0)


def test_each_of_three_has_a_channel(told: Hooks) -> None:
    """A call that is connected: the leg itself, the other one, and what is played to the first."""
    record = {"action": "record", "split": "conversation", "channels": 3}
    connect = {"action": "connect", "from": "14155550100", "endpoint": [{"type": "phone", "number": "14155550123"}]}
    friend = {
        "for": "14155550123",
        "answers": "4s",
        "stays": "3s",
        "does": [{"when": "joined", "say": "Hello, I am here."}],
    }
    with emulator(cast=read_cast({"personas": [friend, {"stays": "20s"}]})) as server:
        event = recorded(server, told, [record, connect])
        sound, _ = soundfile.read(io.BytesIO(httpx.get(event["recording_url"], headers=ANY).content))
    assert sound.shape[1] == 3  # and so wav
    assert not loud(sound[:, 0], 0.0, 8.0)
    # A second of setting up is not rung in; the other answers after four.
    assert loud(sound[:, 2], 0.0, 2.0)
    assert not loud(sound[:, 2], 5.0, 8.0)
    assert loud(sound[:, 1], 4.6, 5.5)
    assert not loud(sound[:, 1], 0.0, 4.4)


def test_speech_that_an_input_keeps(told: Hooks) -> None:
    listen = {"action": "input", "type": ["speech"], "speech": {"saveAudio": True}, "eventUrl": [told.url + "/said"]}
    with emulator(cast=read_cast({"does": [{"hears": "press", "say": "Seven."}]})) as server:
        httpx.post(server.url + "/v1/calls", json=body([MENU, listen]), headers=ANY)
        told.wait_for(lambda: told.at("/said"))
        url = told.at("/said")[0].json["speech"]["recording_url"]
        sound, _ = soundfile.read(io.BytesIO(httpx.get(url, headers=ANY).content))
    assert loud(sound, 0.1, 0.4)


def test_without_the_extra_there_is_a_tone(told: Hooks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "has_audio", lambda: False)
    with emulator() as server:
        event = recorded(server, told, [{"action": "record", "format": "wav"}, MENU])
        data = httpx.get(event["recording_url"], headers=ANY).content
    assert len(data) == event["size"]
    sound, rate = soundfile.read(io.BytesIO(data))
    assert int(np.abs(np.fft.rfft(sound[:rate])).argmax()) == 220


class Slow:
    """Says nothing before it may."""

    def __init__(self) -> None:
        self.asked, self.may = threading.Event(), threading.Event()

    def say(self, text: str, language: str) -> Spoken:
        self.asked.set()
        assert self.may.wait(60)
        return Spoken(np.ones(16_000, np.float32), 16_000, language)


def test_the_emulator_goes_on_while_a_voice_speaks(told: Hooks) -> None:
    slow = Slow()
    with emulator(application=Application(recorded=SpokenFiles(Voices(slow)))) as server:
        event = recorded(server, told, [{"action": "record"}, MENU])
        got: list[httpx.Response] = []
        fetch = threading.Thread(target=lambda: got.append(httpx.get(event["recording_url"], headers=ANY, timeout=60)))
        fetch.start()
        assert slow.asked.wait(60)
        assert httpx.get(server.url + "/emulator/calls").status_code == 200
        assert not got
        slow.may.set()
        fetch.join()
        assert len(got[0].content) == event["size"]


class Hoarse:
    def say(self, text: str, language: str) -> Spoken:
        raise UsageError("piper failed: no such voice")


def test_a_voice_that_cannot_speak_is_told(told: Hooks) -> None:
    with emulator(application=Application(recorded=SpokenFiles(Voices(Hoarse())))) as server:
        event = recorded(server, told, [{"action": "record"}, MENU])
        answer = httpx.get(event["recording_url"], headers=ANY)
    assert (answer.status_code, answer.json()["detail"]) == (500, "piper failed: no such voice.")


def test_a_muted_leg_and_one_with_earmuffs_are_silent(told: Hooks) -> None:
    record = {"action": "record", "format": "wav", "split": "conversation", "channels": 2}
    cast = read_cast({"does": [{"after": 1, "say": "This is heard."}, {"after": 6, "say": "This is not heard."}]})
    talks = [{"action": "talk", "text": text, "loop": 2} for text in ("You hear this.", "You do not hear this.")]
    with emulator(cast=cast, speed=None) as server:
        network = server.network
        network.watchers.clear()

        def mute(_value: object) -> None:
            (leg,) = network.legs.values()
            leg.muted = leg.earmuffed = True

        network.clock.after(7.5).then(mute)
        event = recorded(server, told, [record, talks[0], {"action": "wait", "timeout": 4}, talks[1]])
        sound, _ = soundfile.read(io.BytesIO(httpx.get(event["recording_url"], headers=ANY).content))
    assert loud(sound[:, 0], 1.0, 2.5)
    assert loud(sound[:, 1], 0.1, 2.0)
    assert not loud(sound[:, 0], 5.9, len(sound) / 16_000)
    assert not loud(sound[:, 1], 5.9, len(sound) / 16_000)


def test_what_an_application_says_is_recorded(told: Hooks) -> None:
    """An echo at the other end of a WebSocket: a moment later, the second channel has what the first has."""
    record = {"action": "record", "format": "wav", "split": "conversation", "channels": 2}
    cast = read_cast({"answers": 0, "stays": "2s", "does": [{"when": "joined", "say": "Hello."}]})
    with running_agent("echo_agent.py") as agent, emulator(cast=cast) as server:
        endpoint = {"type": "websocket", "uri": agent, "content-type": "audio/l16;rate=16000"}
        event = recorded(server, told, [record, {"action": "connect", "from": "14155550100", "endpoint": [endpoint]}])
        answer = httpx.get(event["recording_url"], headers=ANY)
    sound, rate = soundfile.read(io.BytesIO(answer.content))
    said, heard = sound.T
    # The same sound again: there is one delay with which the two are alike.
    spectrum = np.fft.rfft(heard, 2 * len(heard)) * np.conj(np.fft.rfft(said, 2 * len(said)))
    alike = np.fft.irfft(spectrum)[:rate] / np.dot(said, said)
    assert alike.max() > 0.8
    assert alike.argmax() > 0
