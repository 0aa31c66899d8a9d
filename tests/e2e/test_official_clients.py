"""The official clients work against the emulator as they are, over TLS."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nccodsl.emulator.http.certificates import make_application_key, make_certificate
from nccodsl.emulator.http.host import Emulator
from nccodsl.emulator.personas.persona import Cast, Persona
from tests.e2e.node_packages import install
from tests.e2e.servers import APPLICATION, JSON, Hooks, hooks

MENU = json.dumps([{"action": "talk", "text": "From the server.", "loop": 0}]).encode()


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture
def told() -> Iterator[Hooks]:
    with hooks() as server:
        server.answer = lambda _: (200, MENU, JSON)
        yield server


@pytest.fixture
def emulator(folder: Path) -> Iterator[Emulator]:
    with Emulator(
        certificate=make_certificate(folder, "127.0.0.1"),
        public_key=make_application_key(folder).read_text(),
        application_id=APPLICATION,
        speed=50.0,
        cast=Cast((Persona(stays=3000.0),)),
    ) as server:
        yield server


def _requests(emulator: Emulator, uuid: str) -> list[str]:
    return [entry.text for entry in emulator.network.legs[uuid].timeline.of("request")]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_python(emulator: Emulator, folder: Path, told: Hooks, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("vonage_voice", reason="the official package is in the `bench` extra")
    from vonage_http_client import Auth, HttpClient, HttpClientOptions, NotFoundError
    from vonage_voice import Voice
    from vonage_voice.models import (
        AudioStreamOptions,
        Conversation,
        CreateCallRequest,
        ListCallsFilter,
        Talk,
        TtsStreamOptions,
    )

    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(folder / "emulator.crt"))
    auth = Auth(application_id=APPLICATION, private_key=str(folder / "private.key"))
    voice = Voice(HttpClient(auth, HttpClientOptions(api_host=f"127.0.0.1:{emulator.port}")))
    parties: dict[str, Any] = {
        "to": [{"type": "phone", "number": "14155550101"}],
        "from_": {"type": "phone", "number": "14155550100"},
    }

    def answered(uuid: str) -> None:
        until = time.monotonic() + 5
        while voice.get_call(uuid).status != "answered":
            assert time.monotonic() < until

    created = voice.create_call(CreateCallRequest(**parties, ncco=[Conversation(name="room")]))
    uuid = created.uuid
    answered(uuid)
    calls, following = voice.list_calls(ListCallsFilter(page_size=1))
    assert [call.uuid for call in calls] == [uuid]
    assert following is None
    for steer in (voice.mute, voice.unmute, voice.earmuff, voice.unearmuff):
        steer(uuid)
    assert voice.play_tts_into_call(uuid, TtsStreamOptions(text="Hello")).message == "Talk started"
    assert voice.stop_tts(uuid).message == "Talk stopped"
    stream = AudioStreamOptions(stream_url=["https://example.com/a.mp3"])
    assert voice.play_audio_into_call(uuid, stream).message == "Stream started"
    assert voice.stop_audio_stream(uuid).message == "Stream stopped"
    assert voice.play_dtmf_into_call(uuid, "12#").message == "DTMF sent"
    voice.transfer_call_ncco(uuid, [Talk(text="You are elsewhere.", loop=0)])
    voice.transfer_call_answer_url(uuid, told.url + "/elsewhere")
    told.wait_for(lambda: told.at("/elsewhere"))
    voice.hangup(uuid)
    ended = voice.get_call(uuid)
    assert ended.status == "completed"
    assert ended.price is not None
    assert _requests(emulator, uuid) == [
        *("mute", "unmute", "earmuff", "unearmuff", "talk", "stop talk", "stream", "stop stream"),
        *("dtmf 12#", "transfer", "transfer", "hangup"),
    ]
    fetched = voice.create_call(CreateCallRequest(**parties, answer_url=[told.url + "/answer"]))
    answered(fetched.uuid)
    told.wait_for(lambda: told.at("/answer"))
    with pytest.raises(NotFoundError):
        voice.get_call("no-such-call")


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the official Node client."""
    return install(tmp_path_factory.mktemp("node"))


def test_node(emulator: Emulator, folder: Path, node: Path, told: Hooks) -> None:
    done = subprocess.run(
        ["node", "drive.js", emulator.url, APPLICATION, str(folder / "private.key"), told.url],
        cwd=node,
        env={**os.environ, "NODE_EXTRA_CA_CERTS": str(folder / "emulator.crt")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    uuid = seen["created"]["uuid"]
    assert seen["created"]["status"] == "started"
    assert (seen["shown"]["status"], seen["ended"]["status"]) == ("answered", "completed")
    assert seen["listed"] == [uuid]
    messages = [seen[name]["message"] for name in ("talk", "stopTalk", "stream", "stopStream", "dtmf")]
    assert messages == ["Talk started", "Talk stopped", "Stream started", "Stream stopped", "DTMF sent"]
    assert _requests(emulator, uuid) == [
        *("mute", "unmute", "earmuff", "unearmuff", "talk", "stop talk", "stream", "stop stream", "dtmf 12#"),
        *(f"keys to {told.url}/keys", "keys no longer sent", "transfer", "transfer", "hangup"),
    ]
    assert seen["missing"] == 404
    assert told.at("/elsewhere")
    assert told.at("/answer")
