"""The application at the other end of a WebSocket leg, on a clock that is stepped: the protocol and its times."""

from __future__ import annotations

import gc
import json
import tracemalloc
from typing import Any

import pytest

from nccodsl.base.plural import counted
from nccodsl.emulator.core import control
from nccodsl.emulator.core.frames import at_rate, hum, loudness, mixed
from nccodsl.emulator.core.play_buffer import MOST_MESSAGES
from nccodsl.emulator.core.sockets import Receiver, SocketRequest
from nccodsl.emulator.emulate import emulated
from nccodsl.emulator.http.tapes import FileTape
from tests.fake_sockets import PHONE, AgentCall, FakeSocket, FakeSockets, endpoint, voice

FRAME = 0.02
ROOM = [{"action": "conversation", "name": "room"}]


def connected(**more: Any) -> AgentCall:
    """A call whose phone talks with the application."""
    call = AgentCall(**more)
    call.run_to_sockets()
    # Between two frames, so that what a test does is never at the time of one.
    call.run(FRAME / 4)
    return call


def spoken(call: AgentCall, frames: list[bytes], *, gap: float = 0.0) -> None:
    """Send frames as an application does: one each 20 ms, or later."""
    for frame in frames:
        call.socket.receiver.heard(frame)
        call.run(FRAME + gap)


# -- what the platform sends ----------------------------------------------------------------------


@pytest.mark.parametrize(("rate", "size"), [(8000, 320), (16_000, 640), (24_000, 960)])
def test_frames_are_20_ms_long_and_20_ms_apart(rate: int, size: int) -> None:
    call = connected(rate=rate)
    call.run(60)
    socket = call.socket
    assert {len(frame) for frame in socket.frames} == {size}
    began = socket.times[0]
    assert len(socket.times) == 3001  # the first came when the socket was opened
    assert max(abs(at - (began + number * FRAME)) for number, at in enumerate(socket.times)) < 1e-9


@pytest.mark.parametrize("late", [0.005, 0.019, 0.02, 0.75, 7.3])
def test_a_clock_that_is_stepped_late_loses_no_frame(late: float) -> None:
    call = connected()
    began, end = call.socket.times[0], call.clock.now + 20
    while call.clock.now < end:
        call.run(late)
    times = call.socket.times
    assert call.clock.now - FRAME <= times[-1]
    assert max(abs(at - (began + number * FRAME)) for number, at in enumerate(times)) < 1e-9


class _Lean(FakeSocket):
    """Keeps only the times of the first and the last frame, and how many there were."""

    sent = 0

    def send_audio(self, frame: bytes) -> None:
        self.sent += 1
        self.times[:] = [*self.times[:1], self._clock.now]


class _LeanSockets(FakeSockets):
    """Sockets for long calls, with tapes in files as in life."""

    def open(self, request: SocketRequest, receiver: Receiver) -> _Lean:
        opened = _Lean(request, receiver, self.clock)
        self.opened.append(opened)
        self.clock.after(0.1).then(lambda _: receiver.opened())
        return opened

    def tape(self, rate: int) -> Any:
        return FileTape(rate)


@pytest.mark.slow
def test_frames_are_on_the_grid_after_hours() -> None:
    call = connected(sockets=_LeanSockets())
    call.run(7000)
    assert isinstance(call.socket, _Lean)
    first, last = call.socket.times
    assert call.socket.sent == 350_001
    assert last - first == pytest.approx(7000, abs=1e-9)


@pytest.mark.slow
def test_audio_is_not_kept_in_memory() -> None:
    """In each turn of six seconds, the application says three: 96 kB of audio."""
    call = connected(sockets=_LeanSockets())
    turn = voice(150)
    kept = []
    tracemalloc.start()
    try:
        for number in range(40):
            for frame in turn:
                call.socket.receiver.heard(frame)
                call.run(FRAME)
            call.run(3)
            if number in (10, 39):
                gc.collect()
                kept.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    begin, end = kept
    said = call.entries("says", call.agent)
    assert len(said) == 40
    assert said[-1].audible.read().strip(b"\0") == b"".join(turn).strip(b"\0")
    # What grows is the timeline, by two entries of a turn.
    assert end - begin < 30 * 3000


def test_the_first_message_has_the_headers_at_its_top() -> None:
    call = connected(headers={"customer": "c1", "nested": {"a": [1, None]}, "né": "\ud800"})
    call.run(1)
    socket = call.socket
    assert socket.messages == [
        {
            "event": "websocket:connected",
            "content-type": "audio/l16;rate=16000",
            "customer": "c1",
            "nested": {"a": [1, None]},
            "né": "\ud800",
        }
    ]
    assert socket.kinds[0] == "text"
    assert set(socket.kinds[1:]) == {"audio"}


@pytest.mark.parametrize("said", ["audio/l16;rate=0000", "audio/l16;rate=0001", "audio/l16; rate=16000"])
def test_a_rate_that_is_no_rate_is_that_of_other_sockets(said: str) -> None:
    call = connected(**{"content-type": said})
    call.run(0.1)
    assert {len(frame) for frame in call.socket.frames} == {640}


def test_keys_of_another_leg_are_sent() -> None:
    call = connected(persona={"does": [{"when": "joined", "press": "5#"}]})
    call.run(2)
    assert call.socket.events("websocket:dtmf") == [
        {"event": "websocket:dtmf", "digit": "5", "duration": 260},
        {"event": "websocket:dtmf", "digit": "#", "duration": 260},
    ]
    assert not [note for note in call.notes() if "no input is waiting" in note]


def test_speech_of_the_phone_is_heard_frame_by_frame() -> None:
    call = connected(persona={"does": [{"when": "joined", "say": "Hello there"}]})
    call.run(5)
    (heard,) = call.entries("hears", call.agent)
    sounds = call.socket.sounds()
    first = sounds.index(True)
    begin = call.socket.times[first]
    assert 0 <= begin - heard.at <= FRAME + 1e-9
    assert sum(sounds) == pytest.approx((heard.until - heard.at) / FRAME, abs=1)
    assert sounds[first : first + sum(sounds)] == [True] * sum(sounds)


def test_a_prompt_ends_when_the_platform_cuts_it() -> None:
    call = connected(to=endpoint(), ncco=[{"action": "talk", "text": "word " * 100}, *ROOM])
    call.run(0.35)
    assert all(call.socket.sounds())
    control.stop_playing(call.network, call.leg, "talk")
    control.steer(call.network, call.leg, _after(call, {"action": "transfer", "destination": _ncco(ROOM)}))
    cut = call.clock.now
    call.run(1)
    (heard,) = call.entries("hears")
    assert heard.cut
    assert heard.until == cut
    assert [sound for at, sound in zip(call.socket.times, call.socket.sounds(), strict=True) if at > cut] == (
        [False] * sum(at > cut for at in call.socket.times)
    )


def _after(call: AgentCall, body: dict[str, Any]) -> dict[str, Any]:
    """A body, when the leg may be steered."""
    call.run(1)
    return body


def _ncco(ncco: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "ncco", "ncco": ncco}


def test_a_sound_that_is_cut_before_its_first_frame_is_not_heard() -> None:
    call = connected(to=endpoint(), ncco=ROOM)
    call.run(1.005)
    control.start_talk(call.network, call.leg, {"text": "Hello"})
    control.stop_playing(call.network, call.leg, "talk")
    call.run(1)
    assert not any(call.socket.sounds())


def test_what_is_repeated_goes_on_without_a_gap() -> None:
    class Short:
        def pcm(self, entry: object, rate: int) -> bytes:
            return bytes(range(1, 201)) * 5  # 1,000 bytes: no multiple of a frame

    call = connected(to=endpoint(), ncco=ROOM)
    call.sockets.sounds = Short()
    call.run(1.005)
    control.start_talk(call.network, call.leg, {"text": "Hello, how are you today?", "loop": 3})
    call.run(10)
    heard = b"".join(frame for frame in call.socket.frames if any(frame))
    assert heard.rstrip(b"\0") == bytes(range(1, 201)) * 15
    control.start_talk(call.network, call.leg, {"text": "Hello, how are you today?", "loop": 0})
    call.run(10)
    endless = b"".join(call.socket.frames[-400:])
    assert endless in bytes(range(1, 201)) * 1300


def test_two_sounds_are_heard_at_once() -> None:
    call = connected(to=endpoint(), ncco=ROOM)
    call.run(1.005)
    control.start_talk(call.network, call.leg, {"text": "Hello, how are you today?"})
    alone = _next_frame(call)
    control.start_stream(call.network, call.leg, {"stream_url": ["https://example.com/a.mp3"]})
    call.run(FRAME)
    second = hum(FRAME, 16_000)
    expected = mixed([hum(1.0, 16_000)[640:1280], second])
    assert alone == hum(FRAME, 16_000)
    assert call.socket.frames[-1] == expected


def _next_frame(call: AgentCall) -> bytes:
    call.run(FRAME)
    return call.socket.frames[-1]


def test_an_earmuffed_application_hears_silence() -> None:
    call = connected(persona={"does": [{"when": "joined", "say": "A long sentence, which takes some seconds."}]})
    call.run(1.2)
    assert call.socket.sounds()[-1]
    control.steer(call.network, call.agent, {"action": "earmuff"})
    before = len(call.socket.frames)
    call.run(0.4)
    assert not any(call.socket.sounds()[before:])
    assert len(call.socket.frames) == before + 20
    control.steer(call.network, call.agent, {"action": "unearmuff"})
    call.run(0.4)
    assert call.socket.sounds()[-1]


def test_a_muted_application_is_not_heard() -> None:
    call = connected()
    call.run(1)
    control.steer(call.network, call.agent, {"action": "mute"})
    spoken(call, voice(50))
    call.run(1)
    assert not call.entries("says")
    assert not any(call.sockets.tapes[0].kept)
    control.steer(call.network, call.agent, {"action": "unmute"})
    spoken(call, voice(50))
    call.run(1)
    assert len(call.entries("says")) == 1


# -- what the application sends -------------------------------------------------------------------


def test_clear_forgets_what_waits_and_is_answered() -> None:
    call = connected()
    for frame in voice(500):
        call.socket.receiver.heard(frame)
    call.socket.receiver.read('{"action": "notify", "payload": {"end": 1}}')
    call.run(1)
    call.socket.receiver.read('{"action": "clear"}')
    assert call.socket.messages[-1] == {"event": "websocket:cleared"}
    at = call.clock.now
    call.run(15)
    (said,) = call.entries("says", call.agent)
    assert said.until <= at + FRAME
    assert call.socket.events("websocket:notify") == []


def test_notify_is_answered_when_playback_reaches_it() -> None:
    call = connected()
    receiver, frames = call.socket.receiver, voice(100)
    for frame in frames[:50]:
        receiver.heard(frame)
    receiver.read('{"action": "notify", "payload": {"half": true, "text": "\\ud800é"}}')
    for frame in frames[50:]:
        receiver.heard(frame)
    receiver.read('{"action": "notify", "payload": {"end": true}}')
    before = len(call.socket.frames)
    call.run(3)
    answered = [
        (message["payload"], count - before)
        for message, (_, count) in zip(call.socket.messages, call.socket.counts, strict=True)
        if message["event"] == "websocket:notify"
    ]
    # A frame is played behind the one that is sent in the same 20 ms.
    assert answered == [({"half": True, "text": "\ud800é"}, 50), ({"end": True}, 100)]
    tape = bytes(call.sockets.tapes[0].kept)
    assert tape[: 100 * 640] == b"".join(frames)


def test_notify_without_audio_is_answered_with_the_next_frame() -> None:
    call = connected()
    call.run(1)
    call.socket.receiver.read('{"action": "notify", "payload": {}}')
    assert call.socket.events("websocket:notify") == []
    call.run(FRAME)
    assert call.socket.events("websocket:notify") == [{"event": "websocket:notify", "payload": {}}]


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "",
        "{",
        "[" * 100_000,
        "[" * 200 + "]" * 200,
        '{"action": "clear", "action": "clear"}',
        '{"action": "clear", "a": NaN}',
        '{"action": "clear", "a": 1e999}',
        "\ud800",
        '{"action": "notify"}',
        '{"action": "notify", "payload": "text"}',
        '{"action": "notify", "payload": [1]}',
        '{"action": "wave"}',
        '{"action": ["clear"]}',
        '{"event": "clear"}',
        "[]",
        "null",
        "1",
    ],
)
def test_other_text_is_ignored_with_a_note(text: str) -> None:
    call = connected()
    call.run(0.5)
    sent = list(call.socket.messages)
    call.socket.receiver.read(text)
    call.socket.receiver.read(text)
    call.run(0.5)
    assert call.socket.messages == sent
    (note,) = [note for note in call.notes() if "ignored" in note]
    assert note.endswith("(2 times)")
    assert len(note) < 200


def test_what_is_nested_too_deeply_is_ignored() -> None:
    call = connected()
    for depth in (99, 100, 500, 990, 991, 992, 2000):
        text = '{"action": "notify", "payload": {"a":' + "[" * depth + "]" * depth + "}}"
        call.socket.receiver.read(text)
    call.run(FRAME)
    assert len(call.socket.events("websocket:notify")) == 1
    json.dumps(emulated(call.network, call.leg).to_json())


@pytest.mark.parametrize("sizes", [[1], [639], [641], [1, 1, 1], [3200], [641, 1, 3, 1280]])
def test_messages_of_other_sizes_are_played_with_a_note(sizes: list[int]) -> None:
    call = connected()
    sent = b"".join(bytes([index + 1]) * size for index, size in enumerate(sizes))
    for index, size in enumerate(sizes):
        call.socket.receiver.heard(bytes([index + 1]) * size)
    call.run(1)
    assert bytes(call.sockets.tapes[0].kept).replace(b"\0", b"") == sent
    (note,) = [note for note in call.notes() if "20 ms are 640" in note]
    assert note.startswith(f"a message of {counted(sizes[-1], 'byte')};")


def test_an_empty_message_is_nothing() -> None:
    call = connected()
    call.socket.receiver.heard(b"")
    call.run(1)
    assert not call.sockets.tapes[0].kept
    call.leg.hang_up()
    assert call.notes()[-1] == "the application has sent no audio"


def test_what_is_more_than_the_buffer_holds_is_dropped_with_a_note() -> None:
    call = connected()
    frames = [number.to_bytes(2, "little") * 320 for number in range(1, MOST_MESSAGES + 501)]
    for frame in frames:
        call.socket.receiver.heard(frame)
    call.run(70)
    assert bytes(call.sockets.tapes[0].kept).rstrip(b"\0") == b"".join(frames[:MOST_MESSAGES]).rstrip(b"\0")
    (note,) = [note for note in call.leg.timeline.of("note") if "too much" in note.text]
    assert note.text.endswith("dropped 500 messages")
    assert "3,072 messages" in note.text
    assert note.data["count"] == 500


# -- talk spurts ----------------------------------------------------------------------------------


def test_what_the_application_says_is_in_the_timeline() -> None:
    call = connected(persona={"does": [{"when": "joined", "say": "Hello there"}]})
    call.run(4)
    (asked,) = [entry for entry in call.entries("says") if entry.leg == call.leg.name]
    began = call.clock.now
    spoken(call, voice(60))
    call.run(2)
    (said,) = call.entries("says", call.agent)
    (heard,) = [entry for entry in call.entries("hears", call.leg) if entry.data.get("from") == call.agent.uuid]
    assert said.at == pytest.approx(began + 2 * FRAME, abs=FRAME)
    assert said.until - said.at == pytest.approx(1.2, abs=FRAME)
    assert said.data["latency"] == pytest.approx(said.at - asked.until, abs=0.001)
    assert (heard.at, heard.until) == (said.at, said.until)
    assert said.data["level"] == pytest.approx(-14.7, abs=0.2)
    assert said.audible.read().strip(b"\0") == b"".join(voice(60)).strip(b"\0")
    assert said.text.startswith("(speech) for 1.2 s at -15 dBFS, ")


def test_words_are_told_when_they_are_found() -> None:
    call = connected(persona={"does": [{"hears": "your order", "press": "7"}]})
    spoken(call, voice(60))
    call.run(1)
    ((clip, found),) = call.sockets.recognized
    assert clip.rate == 16_000
    found("Is your order ready?", "")
    call.run(2)
    (said,) = call.entries("says", call.agent)
    assert said.data["text"] == "Is your order ready?"
    assert said.text.startswith("“Is your order ready?” for 1.2 s")
    (heard,) = call.entries("hears", call.leg)[-1:]
    assert heard.text.endswith(": “Is your order ready?”")
    assert call.socket.events("websocket:dtmf") == [{"event": "websocket:dtmf", "digit": "7", "duration": 260}]


def test_a_persona_waits_for_speech_and_for_silence() -> None:
    does = [{"hears": {"speech": "500ms"}, "press": "1"}, {"hears": {"silence": "700ms"}, "press": "2"}]
    call = connected(persona={"does": does})
    call.run(1)
    began = call.clock.now
    spoken(call, voice(50))
    call.run(3)
    one, two = call.entries("presses")
    (said,) = call.entries("says")
    assert (one.data["keys"], two.data["keys"]) == ("1", "2")
    assert one.at == pytest.approx(said.at + 0.5, abs=0.001)
    assert one.at > began
    assert two.at == pytest.approx(said.until + 0.7, abs=0.001)


def test_silence_counts_when_the_person_has_finished_too() -> None:
    """An application that is interrupted falls silent before the person does: it is to answer first."""
    does = [
        {"hears": {"speech": "200ms"}, "say": "Stop, please, I have a question."},
        {"hears": {"silence": "700ms"}, "press": "2"},
    ]
    call = connected(persona={"does": does})
    spoken(call, voice(20))
    call.run(8)
    (asked,) = [entry for entry in call.entries("says") if entry.leg == call.leg.name]
    assert not call.entries("presses")
    spoken(call, voice(50))
    call.run(3)
    answer = call.entries("says", call.agent)[-1]
    (pressed,) = call.entries("presses")
    assert answer.at > asked.until
    assert pressed.at == pytest.approx(answer.until + 0.7, abs=0.001)


def test_words_that_come_before_in_the_list_are_acted_upon_first() -> None:
    does = [
        {"hears": "how can I help", "say": "When are you open?"},
        {"hears": {"silence": "700ms"}, "hang_up": True},
    ]
    call = connected(persona={"does": does})
    spoken(call, voice(50))
    call.run(3)
    ((_, found),) = call.sockets.recognized
    found("How can I help you?", "")
    call.run(6)
    assert [entry.data["text"] for entry in call.entries("says", call.leg)] == ["When are you open?"]
    assert call.leg.ended_at is None
    spoken(call, voice(50))
    call.run(3)
    assert call.leg.ended_at is not None


def test_a_person_lets_an_application_finish() -> None:
    """What is said because of words waits until the other side is silent, unless it is to interrupt."""
    call = connected(persona={"does": [{"hears": "one", "say": "Yes."}]})
    spoken(call, voice(20))
    call.run(1)
    ((_, found),) = call.sockets.recognized
    spoken(call, voice(150))
    found("One", "")
    call.run(6)
    (asked,) = call.entries("says", call.leg)
    assert asked.at > call.entries("says", call.agent)[-1].until


def test_an_application_that_sends_many_commands() -> None:
    call = connected()
    for _ in range(1000):
        call.socket.receiver.read('{"action": "clear"}')
    assert len(call.entries("request")) == 100
    assert call.notes() == ["900 more commands of the application not shown"]
    assert len(call.socket.events("websocket:cleared")) == 1000


def test_a_persona_that_has_hung_up_waits_for_nothing() -> None:
    does = [{"hears": {"silence": "700ms"}, "press": "2"}, {"after": "1200ms", "hang_up": True}]
    call = connected(persona={"does": does})
    spoken(call, voice(50))
    call.run(10)
    assert call.leg.ended_at is not None
    assert not call.entries("presses")
    assert call.leg.timeline.entries == [entry for entry in call.leg.timeline.entries if entry.at <= call.leg.ended_at]


def test_speech_that_the_end_of_the_leg_cuts_has_an_end() -> None:
    call = connected()
    spoken(call, voice(50))
    call.leg.hang_up()
    (said,) = call.entries("says")
    assert said.until is not None
    assert said.until <= call.clock.now
    assert call.socket.closed


# -- opening and closing --------------------------------------------------------------------------


def test_a_socket_that_is_not_opened_fails_the_leg() -> None:
    sockets = FakeSockets(opens_after=None)
    ncco = [{"action": "connect", "endpoint": [endpoint()]}, {"action": "talk", "text": "Sorry."}]
    call = AgentCall(sockets=sockets, ncco=ncco)
    call.run(3)
    call.socket.receiver.not_opened("the server answered 404")
    call.run(10)
    assert (call.agent.outcome, call.agent.status) == ("failed", "completed")
    assert "the WebSocket was not opened: the server answered 404" in call.notes()
    assert [entry.text for entry in call.entries("hears", call.leg)][-1] == "“Sorry.”"


def test_the_socket_of_a_leg_that_ends_meanwhile_is_closed() -> None:
    call = AgentCall(sockets=FakeSockets(opens_after=None))
    call.run(3)
    assert not call.socket.closed
    call.leg.hang_up()
    assert call.socket.closed
    assert call.agent.outcome == "cancelled"


def test_a_server_that_closes_ends_its_leg_only() -> None:
    ncco = [{"action": "connect", "endpoint": [endpoint()]}, {"action": "talk", "text": "Goodbye."}]
    call = connected(ncco=ncco)
    call.run(1)
    call.socket.receiver.closed("the application has closed the WebSocket")
    assert call.agent.ended_by == "user"
    assert call.leg.on_line
    call.run(10)
    assert [entry.text for entry in call.entries("hears", call.leg)][-1] == "“Goodbye.”"
    assert "the application has closed the WebSocket" in call.notes()


def test_frames_that_are_not_read_are_counted_in_one_note() -> None:
    call = connected()
    for frames in (1, 2, 300):
        call.socket.receiver.late(frames)
    (note,) = [note for note in call.leg.timeline.of("note") if "slowly" in note.text]
    assert note.text == "the application reads too slowly: 303 frames not sent"
    assert note.data["count"] == 303


# -- several applications -------------------------------------------------------------------------


@pytest.mark.parametrize(("one", "other"), [(16_000, 16_000), (8000, 16_000), (16_000, 8000), (24_000, 8000)])
def test_two_applications_hear_each_other(one: int, other: int) -> None:
    call = AgentCall(to=endpoint(one), ncco=[{"action": "connect", "endpoint": [endpoint(other)]}])
    call.run_to_sockets(2)
    call.run(0.5)
    first, second = call.sockets.opened
    for rate, talker, listener in ((one, first, second), (other, second, first)):
        heard_rate = other if talker is first else one
        before = len(listener.frames)
        for frame in voice(50, rate):
            talker.receiver.heard(frame)
            call.run(FRAME)
        call.run(0.5)
        heard = b"".join(frame for frame in listener.frames[before:] if any(frame))
        expected = b"".join(at_rate(frame, rate, heard_rate) for frame in voice(50, rate))
        assert heard == expected
        assert loudness(heard) == pytest.approx(loudness(b"".join(voice(50, rate))), rel=0.05)


def test_three_applications_hear_each_other_at_once() -> None:
    sockets = FakeSockets()
    call = AgentCall(to=endpoint(), ncco=ROOM, sockets=sockets)
    for _ in range(2):
        body = {"to": [endpoint()], "from": {"type": "phone", "number": "14155550100"}, "ncco": ROOM}
        call.network.place(body)
    call.run_to_sockets(3)
    call.run(0.5)
    listener, *talkers = sockets.opened
    before = len(listener.frames)
    tones = [voice(50), [frame[::-1] for frame in voice(50)]]
    for pair in zip(*tones, strict=True):
        for talker, frame in zip(talkers, pair, strict=True):
            talker.receiver.heard(frame)
        call.run(FRAME)
    call.run(1)
    heard = [frame for frame in listener.frames[before:] if any(frame)]
    assert heard == [mixed(list(pair)) for pair in zip(*tones, strict=True)]


def test_a_muted_member_of_a_conversation_is_not_heard() -> None:
    call = AgentCall(to=endpoint(), ncco=[{"action": "conversation", "name": "room", "mute": True}])
    call.network.place({"to": [PHONE], "from": {"type": "phone", "number": "14155550100"}, "ncco": ROOM})
    call.run(5)
    spoken(call, voice(50))
    call.run(1)
    assert not call.entries("says")
